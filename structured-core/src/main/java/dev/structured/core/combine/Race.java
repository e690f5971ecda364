package dev.structured.core.combine;

import dev.structured.core.Action;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ValueBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs attempts side by side; the first that succeeds ends all others.
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
     * 1. There is one winner, whose value the caller gets. If the nursery ends with an exception, the
     *    winner's value is discarded.
     * 2. An attempt that returns a value later discards it before it ends. So when the nursery has ended,
     *    each value has been returned or discarded, once.
     */
    private record Winner<T extends @Nullable Object>(T value) {}

    private final String name;
    private final Unclaimed<T> unclaimed;

    /// Both guarded by this.
    private @Nullable Winner<T> winner;
    /// The exceptions of the attempts, and the [Cancelled] of those that were stopped.
    private final List<Throwable> failures = new ArrayList<>();

    Race(String name, Discard<? super T> discard) {
        this.name = name;
        this.unclaimed = new Unclaimed<>(discard);
    }

    /// Returns the winner's value when all attempts have ended.
    ///
    /// @param block starts the attempts, at least one; it is cancelled when one wins
    /// @throws ScopeCancelledException if the attempts were stopped by a cancellation that a shield has
    ///     hidden since then
    T run(Action<Nursery, ?> block) {
        Checkpoints.checkCancelled();
        CancelScope scope;
        try {
            scope = Nurseries.run(name, block);
        } catch (Throwable thrown) {
            Winner<T> nobodys = winner();
            if (nobodys != null) unclaimed.dropBeside(thrown, Collections.singletonList(nobodys.value()));
            else if (!(thrown instanceof Cancelled)) suppressFailuresIn(thrown);
            throw thrown;
        }
        Winner<T> won = winner();
        if (won != null) return won.value();
        Nurseries.requireUncancelled(scope); // else some attempts have neither won nor failed
        // So an attempt that was cancelled was cancelled by itself: it is one of those that did not succeed.
        throw new AllFailedException(name, failures());
    }

    /// Starts an attempt in a task of its own, which stops the others if it wins.
    void start(Nursery nursery, String attempt, ValueBody<? extends T, ?> body) {
        nursery.startSoon(attempt, () -> {
            if (attempt(nursery, attempt, body) == End.WON) nursery.scope().cancel(attempt + " has won");
        });
    }

    /// The possible ends of an attempt that was not stopped.
    enum End {
        /// It has the value that the caller gets. The others must be stopped.
        WON,
        /// Another attempt had won before.
        LATE,
        /// It threw an exception, which is kept.
        FAILED
    }

    /// Makes an attempt on the calling task: the nursery's block or one of its tasks.
    End attempt(Nursery nursery, String attempt, ValueBody<? extends T, ?> body) {
        return switch (settle(attempt, body)) {
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

    private Settled<T> settle(String attempt, ValueBody<? extends T, ?> body) {
        try {
            return Settling.settle(attempt, body);
        } catch (Cancelled cancelled) {
            note(cancelled);
            throw cancelled;
        }
    }

    private synchronized boolean claim(T value) {
        if (winner != null) return false;
        winner = new Winner<>(value);
        return true;
    }

    private synchronized void note(Throwable error) {
        failures.add(error);
    }

    private synchronized @Nullable Winner<T> winner() {
        return winner;
    }

    /// Keeps the exceptions of attempts beside an [Error], with which the race ends.
    private synchronized void suppressFailuresIn(Throwable thrown) {
        for (Throwable each : failures) {
            if (!(each instanceof Cancelled)) Instrument.suppressOrReport(thrown, each);
        }
    }

    private synchronized List<Exception> failures() {
        return failures.stream().map(Race::asException).toList();
    }

    private static Exception asException(Throwable thrown) {
        if (thrown instanceof Exception exception) return exception;
        return Nurseries.asException(((Cancelled) thrown).reason());
    }
}
