package dev.structured.core;

/// A time at which a scope is to be cancelled, and its own entry among the scheduler's [Deadlines].
///
/// Armed at entry, not when something first waits: the body may go straight into blocking code of which the kernel is
/// not told. Whoever comes by after the time counts it as passed, whether or not the alarm has rung: both ask
/// [CancelScope#expire]. What is said to be guarded is guarded by the scope's lock.
abstract class ScopeAlarm extends Deadlines.Entry {
    private final CancelScope scope;
    /// In the scheduler's nanoseconds; [Nanos#NEVER] where there is none. Written guarded.
    private volatile long at = Nanos.NEVER;
    /// When the scope was entered, or when this was made if that came later. Guarded until then.
    private long since;

    ScopeAlarm(CancelScope scope, long since) {
        super(true);
        this.scope = scope;
        this.since = since;
    }

    /// Holding the scope's lock.
    void at(long nanos) {
        at = nanos;
    }

    /// Holding the scope's lock, when it is entered.
    void entered(long now) {
        since = now;
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

    long since() {
        return since;
    }
}
