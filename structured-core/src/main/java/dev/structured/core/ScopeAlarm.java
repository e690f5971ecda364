package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Cancels one scope when its deadline or the end of its grace comes.
final class ScopeAlarm extends ScopeTimes {
    private final CancelScope scope;

    /// Holding the scope's lock.
    ScopeAlarm(CancelScope scope, long since) {
        super(since);
        this.scope = scope;
    }

    /// The scope has been entered just now.
    void armAtEntry(Task<?> task) {
        arm(task, since());
    }

    /// Sets the alarm for the earlier of the times; if one has passed, cancels the scope at once.
    void arm(Task<?> task, long now) {
        if (end() <= now) {
            expire(now);
            return;
        }
        synchronized (scope) {
            if (scope.isActive() && scope.reason() == null) task.deadlines().set(this, end());
        }
    }

    @Override
    void expire() {
        expire(scope.now());
    }

    /// Cancels the scope if its deadline has passed, or the grace after it was asked to stop.
    void expire(long now) {
        if (scope.reason() != null || scope.hasEnded()) return;
        boolean active = scope.isActive();
        if (active && isGraceOver(now)) {
            scope.cancel(CancelReason.Source.SHUTDOWN, "it was asked to stop, and its grace is over", null);
        } else if (isDeadlinePast(now)) {
            String when = active ? " " + Words.of(allowed()) + " after its start" : " before it was entered";
            scope.cancel(CancelReason.Source.DEADLINE, "its deadline passed" + when, null);
        }
    }

    /// Returns the exception to throw if the deadline was the first to cancel the scope; else null.
    @Nullable
    TooSlowException tooSlow() {
        if (!expired() || scope.requireReason().source() != CancelReason.Source.DEADLINE) return null;
        return new TooSlowException(scope.name(), allowed(), spent(scope.now()));
    }
}
