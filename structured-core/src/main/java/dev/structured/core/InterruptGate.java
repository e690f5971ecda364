package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// How a cancellation reaches one task, wherever it is: the only place that interrupts a task's thread.
///
/// ```
///                      enter(wait)                     deliver()
///   CLOSED ─ open() ─▶ RUNNING ◀──────────▶ WAITING     in RUNNING: interrupt, mark "delivered"
///      ▲                  │      leave()                in WAITING: abort the wait, no interrupt
///      └───── close() ────┘                             in CLOSED:  nothing
/// ```
///
/// RUNNING is both our callers' own code and foreign blocking code (a socket, an HTTP client, `Thread.sleep`); the
/// two cannot be told apart, and need not be.
///
/// Invariants:
/// 1. An interrupt of ours is sent only while this lock is held, in RUNNING, to a task that is cancelled now.
/// 2. `delivered` is true from then until the flag is taken back. `enter`, `settle` and `close` take it back, so no
///    flag of ours gets into one of our waits, into a shield, out of its scope, or back to the thread's owner.
/// 3. So a flag that is set while `delivered` is false came from outside. It is never swallowed: it cancels the run.
/// 4. A task that stays in RUNNING and cancelled is interrupted again by the scope's [Reminder], because foreign code
///    may swallow an interrupt. Never in a loop.
///
/// Why a cancellation is never missed: a canceller first marks the scope and then takes this lock; the task first
/// takes the lock to say where it is and then looks at the scopes. One of the two sees the other.
final class InterruptGate {
    private final Task<?> task;

    /// Null while CLOSED. Written by the owner: on opening without the lock, on closing with it.
    private volatile @Nullable Thread thread;
    /// Both guarded by this. The wait is null while RUNNING.
    private @Nullable Wait waiting;
    private boolean delivered;

    InterruptGate(Task<?> task) {
        this.task = task;
    }

    /// The calling thread begins to run the task.
    void open() {
        thread = Thread.currentThread();
        if (task.isCancelled()) deliver();
    }

    /// The calling thread, which goes on without the task, has run it to its end.
    void close() {
        noticeForeignInterrupt();
        synchronized (this) {
            takeBack();
            thread = null;
        }
    }

    /// The task begins a wait of ours.
    void enter(Wait wait) {
        noticeForeignInterrupt();
        synchronized (this) {
            takeBack();
            waiting = wait;
        }
    }

    /// The task's wait is over. If it is cancelled by now, code that blocks from here on is to be interrupted.
    void leave() {
        synchronized (this) {
            waiting = null;
        }
        if (task.isCancelled()) deliver();
    }

    /// Makes the flag fit the scopes, after the task has left a scope or raised a shield. **Owner only.**
    void settle() {
        boolean cancelled = task.isCancelled();
        if (cancelled) {
            deliver();
        } else {
            synchronized (this) {
                takeBack();
            }
        }
    }

    /// Makes the task notice, where it is now, that it is cancelled. Does nothing if it is not. **Thread-safe.**
    void deliver() {
        Wait aborted = null;
        CancelScope scope;
        synchronized (this) {
            scope = task.cancelledScope();
            if (scope == null) return;
            if (waiting != null) {
                if (waiting.abort(scope.requireReason())) aborted = waiting;
                scope = null;
            } else if (!delivered) {
                Thread running = thread;
                if (running == null) return;
                delivered = true;
                task.platform().interrupt(running);
            }
        }
        if (aborted != null) aborted.wake();
        if (scope != null) scope.remind();
    }

    /// Interrupts the task once more if it has not come here since the last time. **Thread-safe.**
    ///
    /// @return false if it has, or is not cancelled any more
    synchronized boolean deliverAgain() {
        Thread running = thread;
        if (!delivered || running == null || !task.isCancelled()) return false;
        task.platform().interrupt(running);
        return true;
    }

    /// Looks for an interrupt that is not ours, and turns it into the cancellation of the run. **Owner only.**
    ///
    /// @return true if there was one
    boolean noticeForeignInterrupt() {
        if (!Thread.currentThread().isInterrupted()) return false;
        synchronized (this) {
            if (delivered || !Thread.interrupted()) return false;
        }
        task.interruptedFromOutside();
        return true;
    }

    /// Clears the flag if it is ours. Holding the lock, on the task's thread.
    private void takeBack() {
        if (!delivered) return;
        Thread.interrupted();
        delivered = false;
    }
}
