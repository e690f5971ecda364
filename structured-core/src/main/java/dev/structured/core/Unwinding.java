package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The cancellation that a task has thrown, on its way to the scope that absorbs it, and the errors that it
/// meets there. Made when the task first throws one. **Owner only.**
final class Unwinding {
    private final Task<?> task;
    /// The last cancellation that the task threw and no scope has absorbed.
    private @Nullable Cancelled inFlight;
    private @Nullable CleanupErrors<CancelScope> cleanupErrors;

    Unwinding(Task<?> task) {
        this.task = task;
    }

    @Nullable
    Cancelled inFlight() {
        return inFlight;
    }

    /// Notes that the task is about to throw the cancellation. Makes every deadline count that has passed by
    /// now: if several scopes have the same deadline, the outermost absorbs the cancellation, whichever woke
    /// the task.
    Cancelled thrown(Cancelled cancelled) {
        CancelLookup.expireDeadlines(task.innermost());
        inFlight = cancelled;
        if (cleanupErrors != null) {
            CancelScope absorber = CancelLookup.outermostCancelled(task.innermost());
            if (absorber != null) cleanupErrors.suppressIn(cancelled, absorber);
        }
        return cancelled;
    }

    /// Notes that the task goes on as if it had not thrown the cancellation.
    ///
    /// @param before the cancellation that was in flight when it was thrown
    void takenBack(Cancelled cancelled, @Nullable Cancelled before) {
        if (inFlight == cancelled) inFlight = before;
    }

    /// Notes that a scope in which the task was cancelled has ended, and that the task is no longer
    /// cancelled.
    ///
    /// @param scope the scope that has ended
    /// @param before the cancellation that was in flight when the scope was entered, and still is
    void landed(CancelScope scope, @Nullable Cancelled before) {
        inFlight = before;
        if (cleanupErrors != null) cleanupErrors.forgetIn(scope);
    }

    /// A cancellation of the task has ended. Errors that it has suppressed (thrown by a `close` while the
    /// code was being left, for example) would be lost with it, so they are reported as dropped.
    ///
    /// @param rest the throwable that is thrown on instead, which may have suppressed them too
    void absorbed(Cancelled cancelled, @Nullable Throwable rest) {
        if (cancelled.getSuppressed().length == 0 || !cancelled.claimErrors()) return;
        for (Throwable error : errors(cancelled)) {
            if (rest == null || !Suppressed.leadsTo(rest, error)) {
                task.scheduler().instruments().errorDropped(task, error);
            }
        }
    }

    /// Returns the exceptions suppressed in the cancellation, without those that merely report an interrupt.
    private static List<Throwable> errors(Cancelled cancelled) {
        List<Throwable> errors = new ArrayList<>();
        for (Throwable suppressed : cancelled.getSuppressed()) {
            if (!InterruptThrowables.matches(suppressed)) {
                errors.add(suppressed);
                continue;
            }
            for (Throwable inner : suppressed.getSuppressed()) {
                boolean isLabel = inner instanceof FailedInTask;
                if (!isLabel && !InterruptThrowables.matches(inner)) errors.add(inner);
            }
        }
        return errors;
    }

    /// Keeps an exception that a cleanup threw while the task is cancelled: a later [Cancelled] may take its
    /// place.
    void cleanupFailed(Throwable thrown) {
        if (!CancelLookup.isAnyCancelled(task.innermost())) return;
        if (cleanupErrors == null) cleanupErrors = new CleanupErrors<>(CancelScope::parent);
        cleanupErrors.add(thrown, task.innermost());
    }

    /// Code of the task has ended normally. If a cancellation was thrown into that code, the code has
    /// swallowed it.
    ///
    /// @param before the cancellation that was in flight when the code began
    void noticeSwallowed(@Nullable Cancelled before) {
        Cancelled flying = inFlight;
        if (flying != null && flying != before) {
            task.scheduler().instruments().cancellationSwallowed(task, flying);
        }
    }
}
