package dev.structured.core.channel;

import dev.structured.core.BrokenException;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import org.jspecify.annotations.Nullable;

/// The cause with which a channel ends before all of its items were sent.
///
/// @param why the reason, in words, from the side that sends
/// @param cause the exception that the side threw; null if that is not known
record Failure(String why, @Nullable Throwable cause) {
    private static final String CANCELLED = "a task that sends was cancelled before it had sent everything";

    /// Used if there is no space for another.
    private static final Failure OF_A_SENDER = new Failure("a task that sends has failed", null);
    private static final Failure OF_A_CANCELLED_SENDER = new Failure(CANCELLED, null);

    /// Returns the failure of a sender that threw this. If the sender only passes on the failure of a channel
    /// that it receives from, the cause stays the same. Receivers must not get the [Cancelled] of another
    /// task; they get a [ScopeCancelledException] in its place.
    static Failure of(Throwable thrown) {
        try {
            return made(thrown);
        } catch (VirtualMachineError e) {
            return thrown instanceof Cancelled ? OF_A_CANCELLED_SENDER : OF_A_SENDER;
        }
    }

    private static Failure made(Throwable thrown) {
        if (thrown instanceof Cancelled cancelled) return new Failure(CANCELLED, asException(cancelled));
        Throwable origin = thrown;
        while (origin instanceof BrokenException broken && broken.getCause() != null)
            origin = broken.getCause();
        return new Failure("a task that sends has failed", origin);
    }

    private static Throwable asException(Cancelled cancelled) {
        try {
            new ScopeResult.Cancelled<>(cancelled.reason()).orElseThrow();
            return cancelled;
        } catch (ScopeCancelledException e) {
            return e;
        }
    }

    /// Returns the failure of a sender that closes its handle while the calling task is cancelled; null if
    /// the calling thread runs no task, or the task is not cancelled. Holding no lock.
    static @Nullable Failure ofCaller() {
        boolean cancelled = Scheduler.currentOrNull() != null && Checkpoints.isCancelled();
        return cancelled ? OF_A_CANCELLED_SENDER : null;
    }
}
