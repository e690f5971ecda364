package dev.structured.core.channel;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import org.jspecify.annotations.Nullable;

/// The cause with which a channel ends before all of its items were sent.
///
/// @param why what happened to the side that sends, in words
/// @param cause what it threw; null if that is not known
record Failure(String why, @Nullable Throwable cause) {
    private static final String CANCELLED = "a task that sends was cancelled before it had sent everything";

    /// Returns the failure of a sender that threw this. Receivers must not be handed the [Cancelled] of
    /// another task, so they get a [ScopeCancelledException] in its place.
    static Failure of(Throwable thrown) {
        return thrown instanceof Cancelled cancelled
                ? new Failure(CANCELLED, asException(cancelled))
                : new Failure("a task that sends has failed", thrown);
    }

    private static Throwable asException(Cancelled cancelled) {
        try {
            new ScopeResult.Cancelled<>(cancelled.reason()).orElseThrow();
            return cancelled;
        } catch (ScopeCancelledException e) {
            return e;
        }
    }

    /// Returns the failure of a sender that closes while the calling task is cancelled; null if no task is
    /// calling, or if it is not cancelled. Holding no lock.
    static @Nullable Failure ofCaller() {
        boolean cancelled = Scheduler.currentOrNull() != null && Checkpoints.isCancelled();
        return cancelled ? new Failure(CANCELLED, null) : null;
    }
}
