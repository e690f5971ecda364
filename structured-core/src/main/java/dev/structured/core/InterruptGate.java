package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Delivers cancellations to one task, wherever it is. The only place that interrupts a task's thread.
///
/// ```
///                      enter(wait)                     deliver()
///   CLOSED ─ open() ─▶ RUNNING ◀──────────▶ WAITING     in RUNNING: interrupt, mark "delivered"
///      ▲                  │      leave()                in WAITING: abort the wait, no interrupt
///      └───── close() ────┘                             in CLOSED:  nothing
/// ```
///
/// The task goes to WAITING and back by compare-and-set, without the lock. A delivery holds the lock, and
/// keeps the task where it is: the task's compare-and-set fails, and it waits for the lock. So does a task
/// that has an interrupt of ours to take back.
///
/// RUNNING is both our callers' own code and foreign blocking code (a socket, an HTTP client,
/// `Thread.sleep`); the two cannot be told apart, and need not be.
///
/// Invariants:
/// 1. An interrupt of ours is sent only while this lock is held, in RUNNING, to a task that is cancelled now.
/// 2. `delivered` has the reason from then until the flag is taken back. `enter`, `settle` and `close` take
///    it back, so no flag of ours gets into one of our waits, into a shield, out of its scope, or back to the
///    thread's owner.
/// 3. So a flag that is set while `delivered` is null came from outside. It is never swallowed: it cancels
///    the run. Delivery looks for such a flag first, because after that the two cannot be told apart.
/// 4. A task that stays in RUNNING and cancelled is interrupted again by the scope's [Redelivery], because
///    foreign code may swallow an interrupt. Never in a loop. When the task itself comes by, it is
///    interrupted again at once.
/// 5. The flag is taken back only while this lock is held *and* the task is seen not to be cancelled under it
///    (or the task is about to look again, in `enter`). A canceller that comes later finds the lock free and
///    delivers anew.
///
/// Why a cancellation is never missed: a canceller first marks the scope and then holds the task where it is;
/// the task first says where it is and then looks at the scopes. One of the two sees the other.
class InterruptGate extends Chain.Link<Task<?>> {
    private static final VarHandle THREAD;
    private static final VarHandle PLACE;
    /// Stands for the thread of a task that could not be started; it never runs.
    private static final Thread NONE = Thread.ofVirtual().name("structured-none").unstarted(() -> {});

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            THREAD = lookup.findVarHandle(InterruptGate.class, "thread", Thread.class);
            PLACE = lookup.findVarHandle(InterruptGate.class, "place", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The place of a task in RUNNING whose flag may be set because of us.
    private static final Object INTERRUPTED = "interrupted";
    /// The place while a thread that has the lock keeps the task from coming by.
    private static final Object HELD = "held";

    private final Task<?> task;

    /// Null while CLOSED. Written by the owner: on opening without the lock, on closing with it.
    private volatile @Nullable Thread thread;
    /// The wait while WAITING; null, or INTERRUPTED, while RUNNING; HELD at times.
    private volatile @Nullable Object place;
    /// Why the task was interrupted by us, while the flag may be set because of that; null while it is not.
    /// Guarded by this.
    private @Nullable CancelReason delivered;
    /// For the last reason that was delivered; null before the first. Guarded by this.
    private @Nullable StuckTime stuck;
    /// The last reason that a shield has hidden. Owner only.
    private @Nullable Hidden hidden;

    /// @param reason the reason that was delivered
    /// @param in the innermost scope at the time
    private record Hidden(CancelReason reason, CancelScope in) {}

    InterruptGate(Task<?> task) {
        this.task = task;
    }

    @Override
    Task<?> task() {
        return task;
    }

    /// Claims the task for the calling thread, unless its start has been given up. A start may fail although
    /// the thread is on its way.
    ///
    /// @return false if the start has been given up
    boolean claim() {
        return THREAD.compareAndSet(this, null, Thread.currentThread());
    }

    /// Gives the start of the task up, unless its thread has begun to run it.
    ///
    /// @return false if the thread has begun
    boolean giveUp() {
        return THREAD.compareAndSet(this, null, NONE);
    }

    /// The calling thread, which has claimed the task, begins to run it.
    void open() {
        task.racePoint("gate is open");
        if (task.isCancelled()) deliver();
    }

    /// The calling thread, which goes on without the task, has run it to its end.
    void close() {
        noticeForeignInterrupt();
        task.racePoint("gate closes");
        synchronized (this) {
            takeBack();
            thread = null;
        }
    }

    /// Returns the wait that the task is in, if that is not decided; else null. **Thread-safe.**
    @Nullable
    Wait<?> pendingWait() {
        Object seen = place;
        if (seen == HELD) {
            synchronized (this) {
                seen = place;
            }
        }
        return seen instanceof Wait<?> wait && !wait.isDecided() ? wait : null;
    }

    /// Returns the thread that runs the task; null before and after. **Thread-safe.**
    @Nullable
    Thread thread() {
        Thread known = thread;
        return known == NONE ? null : known;
    }

    /// Returns true if the calling thread runs the task. Cheaper than finding the thread's task.
    boolean isOnThisThread() {
        return isOn(Thread.currentThread());
    }

    /// Returns true if that thread runs the task. **Thread-safe.**
    final boolean isOn(Thread other) {
        return thread == other;
    }

    /// The task begins a wait of ours.
    void enter(Wait<?> wait) {
        noticeForeignInterrupt();
        task.racePoint("gate is entered");
        if (PLACE.compareAndSet(this, (Object) null, (Object) wait)) return;
        synchronized (this) {
            takeBack();
            place = wait;
        }
    }

    /// The task's wait is over. If the task is cancelled by now, it is interrupted, so that code that blocks
    /// from here on notices.
    void leave(Wait<?> wait) {
        if (!PLACE.compareAndSet(this, (Object) wait, (Object) null)) {
            synchronized (this) {
                place = null;
            }
        }
        task.racePoint("gate has been left");
        if (task.isCancelled()) deliver();
    }

    /// Makes the flag fit the scopes, after the task has left a scope or raised a shield. **Owner only.**
    void settle() {
        synchronized (this) {
            if (!task.isCancelled()) {
                takeBack();
                return;
            }
        }
        deliver();
    }

    /// Makes the flag fit the scopes after the task has raised a shield around the code that it is in. That
    /// code may be about to throw the exception that our interrupt has caused. **Owner only.**
    void shieldRaised() {
        synchronized (this) {
            hide();
        }
        settle();
    }

    /// Remembers the delivered reason, for code that may throw it later. Holding the lock, on the task's
    /// thread.
    private void hide() {
        if (delivered != null) hidden = new Hidden(delivered, task.innermost());
    }

    /// Returns the reason of an interrupt of ours that was sent into the innermost scope, if the task is not
    /// cancelled now because a shield has been raised since; otherwise null. **Owner only.**
    @Nullable
    CancelReason hiddenReason() {
        if (hidden != null && hidden.in() == task.innermost()) return hidden.reason();
        synchronized (this) {
            return delivered;
        }
    }

    /// Makes the task notice that it is cancelled, wherever it is. Does nothing if it is not cancelled.
    /// **Thread-safe.**
    void deliver() {
        task.racePoint("cancellation is delivered");
        Wait<?> aborted = null;
        boolean foreign = false;
        long due = 0;
        CancelScope scope;
        synchronized (this) {
            Wait<?> waiting = hold();
            try {
                scope = task.cancelledScope();
                if (scope == null) return;
                Thread running = thread();
                if (waiting != null) {
                    if (waiting.abort(scope.requireReason())) aborted = waiting;
                    scope = null;
                } else if (running == null) {
                    return;
                } else {
                    foreign = delivered == null && task.platform().isInterrupted(running);
                    if (delivered == null || isCallerWithoutFlag(running)) {
                        CancelReason why = scope.requireReason();
                        goesOnAfter(why);
                        delivered = why; // Invariant 5: under the lock, outside waits
                        task.platform().interrupt(running);
                    }
                    if (stuck != null) due = stuck.due();
                }
            } finally {
                letGo(waiting);
            }
        }
        if (aborted != null) aborted.wake();
        if (foreign) task.interruptedFromOutside();
        if (scope == null) return;
        task.racePoint("task has been interrupted");
        scope.remind(due);
    }

    /// Counts from now on how long the task goes on. Before it is interrupted, since this may need space.
    /// Holding the lock.
    private void goesOnAfter(CancelReason why) {
        if (stuck == null || stuck.reason != why)
            stuck = StuckTime.after(stuck, why, task.platform().ofForeignCode());
        else if (delivered == null) stuck.goOn();
    }

    /// Keeps the task where it is, in RUNNING or WAITING. Holding the lock, until [#letGo].
    ///
    /// @return the wait that it is in; null while RUNNING
    private @Nullable Wait<?> hold() {
        return PLACE.getAndSet(this, HELD) instanceof Wait<?> wait ? wait : null;
    }

    private void letGo(@Nullable Wait<?> waiting) {
        place = delivered == null ? waiting : INTERRUPTED;
    }

    /// Returns true if the task itself is here, and has swallowed an interrupt of ours.
    private static boolean isCallerWithoutFlag(Thread running) {
        return running == Thread.currentThread() && !running.isInterrupted();
    }

    /// Interrupts the task once more if it [goes on][#goesOn()] and its pause is over. **Thread-safe.**
    ///
    /// @return true if it was interrupted
    synchronized boolean deliverAgain() {
        Thread running = thread();
        if (stuck == null || running == null || !goesOn() || !stuck.isDue()) return false;
        task.platform().interrupt(running);
        stuck.reminded();
        return true;
    }

    /// Returns the time at which the task is to be interrupted again; [Nanos#NEVER] if it does not
    /// [go on][#goesOn()]. **Thread-safe.**
    synchronized long nextDelivery() {
        return stuck != null && goesOn() ? stuck.due() : Nanos.NEVER;
    }

    /// Returns the nanoseconds that the task has gone on since it was told of its last cancellation.
    /// **Thread-safe.**
    synchronized long goesOnFor() {
        return stuck == null ? 0 : stuck.nanos();
    }

    /// Returns true if the task is cancelled and has not come here since it was interrupted. Holding the
    /// lock.
    private boolean goesOn() {
        return delivered != null && thread() != null && task.isCancelled();
    }

    /// Returns true the first time, for a task that has been told of a cancellation. **Thread-safe.**
    synchronized boolean isFirstReportOfBeingStuck() {
        return stuck != null && stuck.isFirstReport();
    }

    /// Looks for an interrupt that is not ours, and turns it into the cancellation of the run. **Owner
    /// only.**
    void noticeForeignInterrupt() {
        if (!Thread.currentThread().isInterrupted()) return;
        synchronized (this) {
            if (delivered != null) {
                if (!task.isCancelled()) { // another task has raised a shield since: it is out of place
                    hide();
                    takeBack();
                }
                return;
            }
            if (!Thread.interrupted()) return;
        }
        task.racePoint("interrupt from outside is noticed");
        task.interruptedFromOutside();
    }

    /// Clears the flag if it is ours. Holding the lock, on the task's thread, in RUNNING.
    private void takeBack() {
        if (delivered == null) return;
        Thread.interrupted();
        delivered = null;
        place = null;
        if (stuck != null) stuck.pause();
    }
}
