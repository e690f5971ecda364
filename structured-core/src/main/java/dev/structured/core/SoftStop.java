package dev.structured.core;

/// A request to a scope that what runs in it come to its end: first asked, and cancelled when the grace is over.
///
/// That it exists is the first phase: [Checkpoints#isStopRequested()] is true inside the scope, and idle scopes in it
/// are cancelled. The second is the alarm of this entry. What is said to be guarded is guarded by the scope's lock.
final class SoftStop extends Deadlines.Entry {
    private final CancelScope scope;
    /// In the scheduler's nanoseconds. Written guarded.
    private volatile long end = Deadlines.NEVER;
    /// In nanoseconds, when the request came before the scope was entered. Guarded; not changed after the entry.
    private long grace = Deadlines.NEVER;

    SoftStop(CancelScope scope) {
        super(true);
        this.scope = scope;
    }

    /// Holding the scope's lock, before its entry.
    void afterEntry(long nanos) {
        grace = Math.min(grace, nanos);
    }

    /// Holding the scope's lock, when it is entered.
    void entered(long now) {
        end = Deadlines.after(now, grace);
    }

    void armAtEntry(Task<?> task) {
        synchronized (scope) {
            if (grace > 0) task.deadlines().set(this, end);
        }
        if (grace == 0) expire();
    }

    /// The scope is to be cancelled at `at`, or earlier if that was asked for before.
    void cancelAt(Task<?> task, long at) {
        synchronized (scope) {
            if (at >= end || !scope.isActive()) return;
            end = at;
            task.deadlines().set(this, at);
        }
    }

    /// The scope has ended, and its state says so.
    void disarm(Task<?> task) {
        synchronized (scope) {
            task.deadlines().close(this);
        }
    }

    long end() {
        return end;
    }

    @Override
    void expire() {
        scope.cancel(CancelReason.Source.SHUTDOWN, "it was asked to stop, and its grace is over", null);
    }

    /// Cancels every idle scope that sees the request. It is visible by now: a scope that is entered later looks.
    static void cancelIdle(CancelScope stopping) {
        Task<?> owner = stopping.owner();
        if (owner != null) CancelTree.walk(owner, SoftStop::cancelIdleOf);
    }

    private static void cancelIdleOf(Task<?> task) {
        for (CancelScope each = task.innermost(); each != null && each != task.base(); each = each.parent()) {
            each.cancelIfIdleAndStopping();
        }
    }
}
