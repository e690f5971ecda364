package dev.structured.core;

import java.time.Duration;

/// The deadline of one scope, made when one is first set; it is its own entry among the scheduler's [Deadlines].
///
/// Armed at entry, not when something first waits: the body may go straight into blocking code of which the kernel is
/// not told. What is said to be guarded is guarded by the scope's lock.
final class ScopeDeadline extends Deadlines.Entry {
    private final CancelScope scope;
    /// In the scheduler's nanoseconds; [Deadlines#NEVER] where there is none. Written guarded.
    private volatile long at = Deadlines.NEVER;
    /// In nanoseconds, before entry, when the deadline counts from there; else negative. Guarded.
    private long timeout = -1;
    /// When the scope was entered, or when its first deadline was set if that came later. Guarded until then.
    private long since;
    /// True once this deadline has tried to be the scope's first reason.
    private volatile boolean expired;

    ScopeDeadline(CancelScope scope, long since) {
        super(true);
        this.scope = scope;
        this.since = since;
    }

    /// Holding the scope's lock, before entry.
    void timeout(long nanos) {
        timeout = nanos;
        at = Deadlines.NEVER;
    }

    /// Holding the scope's lock.
    void at(long nanos) {
        timeout = -1;
        at = nanos;
    }

    /// Holding the scope's lock, when it is entered.
    void entered(long now) {
        since = now;
        if (timeout >= 0) at = Deadlines.after(now, timeout);
    }

    /// Makes the alarm fit the time, or lets it count at once if it has passed.
    void arm(Task<?> task) {
        arm(task, task.platform().nanoTime());
    }

    /// The scope has been entered just now.
    void armAtEntry(Task<?> task) {
        arm(task, since);
    }

    private void arm(Task<?> task, long now) {
        if (at <= now) {
            scope.expire(now);
            return;
        }
        synchronized (scope) {
            if (scope.isActive() && scope.reason() == null) task.deadlines().set(this, at);
        }
    }

    /// The scope has ended, and its state says so.
    void disarm(Task<?> task) {
        synchronized (scope) {
            task.deadlines().close(this);
        }
    }

    @Override
    void expire() {
        scope.expire(scope.now());
    }

    boolean isPast(long now) {
        return at <= now;
    }

    long at() {
        return at;
    }

    /// True if the time counts from an entry that has not been yet. Holding the scope's lock.
    boolean isRelative() {
        return timeout >= 0;
    }

    /// It is about to be the scope's reason, unless another comes first.
    void expiring() {
        expired = true;
    }

    boolean expired() {
        return expired;
    }

    Duration allowed() {
        return Duration.ofNanos(at <= since ? 0 : at - since); // the difference alone may overflow
    }

    Duration spent(long now) {
        return Duration.ofNanos(now - since);
    }
}
