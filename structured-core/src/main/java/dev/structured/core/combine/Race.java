package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ValueBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Attempts side by side, of which the first that succeeds ends all others.
///
/// @param <T> the value
final class Race<T extends @Nullable Object> {
    /*
     *            an attempt returns a value
     *   RUNNING ──────────────────────────▶ WON: the nursery's scope is cancelled
     *     └─↺─┘
     *   an attempt throws, and is noted
     *
     * Invariants:
     * 1. There is one winner, whose value the caller gets; if nothing comes out of the nursery but an
     *    exception, the winner's value is discarded with it.
     * 2. The value of an attempt that returns after that is discarded by that attempt, before it ends. So
     *    when the nursery has ended each value has been given to somebody, once.
     */
    private record Winner<T extends @Nullable Object>(T value) {}

    private final String name;
    private final Unclaimed<T> unclaimed;

    /// Both guarded by this.
    private @Nullable Winner<T> winner;
    private final List<Exception> failures = new ArrayList<>();

    Race(String name, Discard<? super T> discard) {
        this.name = name;
        this.unclaimed = new Unclaimed<>(discard);
    }

    /// Returns the winner's value when everything has ended.
    ///
    /// @param block starts the attempts, at least one; it is cancelled when one wins
    /// @throws ScopeCancelledException if the attempts were stopped by a cancellation that a shield has
    ///     hidden since
    T run(Action<Nursery, ?> block) {
        Checkpoints.checkCancelled();
        CancelScope scope;
        try {
            scope = Nurseries.run(name, block);
        } catch (Throwable thrown) {
            Winner<T> nobodys = winner();
            if (nobodys != null) unclaimed.dropBeside(thrown, Collections.singletonList(nobodys.value()));
            throw thrown;
        }
        Winner<T> won = winner();
        if (won != null) return won.value();
        Nurseries.requireUncancelled(scope); // or there would be attempts that have neither won nor failed
        throw new AllFailedException(name, failures());
    }

    /// Starts an attempt in a task of its own, which stops the others if it wins.
    void start(Nursery nursery, String attempt, ValueBody<? extends T, ?> body) {
        nursery.startSoon(attempt, () -> {
            if (attempt(nursery, attempt, body) == End.WON) nursery.scope().cancel(attempt + " has won");
        });
    }

    /// The ways in which an attempt ends that was not stopped.
    enum End {
        /// It has the value that the caller gets. The others are to be stopped.
        WON,
        /// Another had won before.
        LATE,
        /// It threw an exception, which is noted.
        FAILED
    }

    /// Makes an attempt on the calling task: the nursery's block or one of its tasks.
    End attempt(Nursery nursery, String attempt, ValueBody<? extends T, ?> body) {
        return switch (Settling.<T>settle(attempt, body)) {
            case Settled.Succeeded<T>(T value) -> {
                if (claim(value)) yield End.WON;
                unclaimed.dropLate(nursery, value);
                yield End.LATE;
            }
            case Settled.Failed<T>(Exception error) -> {
                note(error);
                yield End.FAILED;
            }
        };
    }

    private synchronized boolean claim(T value) {
        if (winner != null) return false;
        winner = new Winner<>(value);
        return true;
    }

    private synchronized void note(Exception error) {
        failures.add(error);
    }

    private synchronized @Nullable Winner<T> winner() {
        return winner;
    }

    private synchronized List<Exception> failures() {
        return List.copyOf(failures);
    }
}
