package dev.structured.core;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What a step of [SpaceEndsInStepTest] uses, and what must hold of it. All runs in one nursery.
abstract class SpaceScene {
    private @Nullable Nursery nursery;

    final void begin(Nursery around) throws InterruptedException {
        nursery = around;
        before(around);
    }

    /// Returns the nursery in which all runs.
    final Nursery nursery() {
        return required(nursery);
    }

    /// Begins what goes on beside, in tasks of its own.
    void before(Nursery nursery) throws InterruptedException {}

    /// Runs in a task of its own.
    abstract void step();

    /// Returns true if space may also end when the step's task ends.
    boolean failsAtItsEnd() {
        return false;
    }

    /// Runs in another task, as soon as the step waits or has ended.
    void meanwhile() throws InterruptedException {}

    /// Runs when the step has ended.
    ///
    /// @param done false if it threw the error
    abstract void after(boolean done) throws InterruptedException;

    static <T> T required(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    final void awaitThat(BooleanSupplier holds) {
        while (!holds.getAsBoolean())
            Checkpoints.sleep(Duration.ofNanos(100_000));
    }
}
