package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the scenarios share. They use the public API only: whatever they do, a user can do.
abstract class Scenarios {
    /// What has happened, in its order.
    final List<String> trail = new CopyOnWriteArrayList<>();

    static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    static void sleep(double seconds) {
        Checkpoints.sleep(seconds(seconds));
    }

    /// Returns the deadline at a time of the calling task's clock.
    static Deadline at(double seconds) {
        Scheduler scheduler = Scheduler.current();
        return scheduler.deadlineAfter(Duration.ZERO).plus(seconds(seconds).minusNanos(scheduler.nanoTime()));
    }

    static double time(VirtualClock clock) {
        return clock.now().toNanos() / 1e9;
    }

    static RuntimeException error(String name) {
        return new IllegalArgumentException(name);
    }

    /// Throws in a place where the compiler would see that nothing behind it is reached.
    static void raise(String name) {
        throw error(name);
    }

    /// Sleeps until cancelled, and notes that it was.
    void sleeper(String name) {
        try {
            Checkpoints.sleepForever();
        } catch (Cancelled cancelled) {
            trail.add(name + " cancelled");
            throw cancelled;
        }
    }

    static void assertFlags(CancelScope scope, boolean isCancelled, boolean absorbedCancellation) {
        assertEquals(isCancelled + "," + absorbedCancellation,
                scope.isCancelled() + "," + scope.absorbedCancellation(),
                "isCancelled,absorbedCancellation of " + scope);
    }
}
