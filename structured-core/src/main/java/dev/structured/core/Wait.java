package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One wait of one task, and the one decision that ends it. Every blocking operation of ours is made of these.
///
/// ```
///              complete(), by whoever has what the task waits for
///            ┌────────────────────────────────────────────────────▶ COMPLETED
///            │ abort(), by whoever cancels a scope around the task
///    PENDING ┼────────────────────────────────────────────────────▶ ABORTED
///            │ breakOff(), by whoever knows that it would be in vain
///            └────────────────────────────────────────────────────▶ BROKEN
/// ```
///
/// - The first of them wins by compare-and-set; the others are told that they lost. What a completer meant to hand
///   over is then still its own (give it to the next waiter), and a cancellation that lost shows at the task's next
///   checkpoint. So nothing is handed over twice, and `Cancelled` always means "it did not happen".
/// - The task is woken by unpark, never by interrupt: while it is in here, its gate lets no interrupt of ours pass.
/// - A wait that is not cancellable (a nursery's for its children) can only be completed. A cancellation that comes
///   before that is noted, one that comes after is not: see [#abortedBy()].
final class Wait {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Wait.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int PENDING = 0;
    private static final int COMPLETED = 1;
    private static final int ABORTED = 2;
    private static final int BROKEN = 3;

    final Task<?> task;
    private final Thread thread = Thread.currentThread();
    private final boolean cancellable;
    private volatile int state; // PENDING, which is not written: a volatile write costs a fence
    /// What it is for, in words by its `toString`. Written before the gate lets others see this wait.
    private @Nullable Object blocker;
    /// Set before the state becomes ABORTED, or while it is PENDING if the wait is not cancellable.
    private volatile @Nullable CancelReason abortedBy;

    /// Why the wait was in vain. Set before the state becomes BROKEN, by one of those who would make it so.
    private volatile @Nullable BrokenException broken;

    /// The [ParkingLot] whose queue it is in, and its neighbours there. Written under that one's lock.
    volatile @Nullable ParkingLot lot;
    @Nullable
    Wait previous;
    @Nullable
    Wait next;

    /// A wait of the calling task.
    Wait(Task<?> task, boolean cancellable) {
        this.task = task;
        this.cancellable = cancellable;
    }

    /// Ends the wait with what it was for. **Wakes** the task.
    ///
    /// @return false if it had been decided already
    boolean complete() {
        RacePoint.at(task, "wait is completed");
        if (!decide()) return false;
        wake();
        return true;
    }

    /// Decides that the wait ends with what it was for. The caller then [wakes][#wake()] the task, holding no lock.
    ///
    /// @return false if it had been decided already
    boolean decide() {
        return STATE.compareAndSet(this, PENDING, COMPLETED);
    }

    /// Decides that the wait ends with a cancellation. The caller then [wakes][#wake()] the task, holding no lock.
    ///
    /// @return false if it had been decided already, or is not cancellable
    boolean abort(CancelReason reason) {
        if (state != PENDING) return false;
        abortedBy = reason;
        return cancellable && STATE.compareAndSet(this, PENDING, ABORTED);
    }

    /// Ends the wait because it is in vain. **Wakes** the task.
    ///
    /// @return false if it had been decided already
    boolean breakOff(BrokenException why) {
        RacePoint.at(task, "wait is broken off");
        if (state != PENDING) return false;
        broken = why;
        if (!STATE.compareAndSet(this, PENDING, BROKEN)) return false;
        wake();
        return true;
    }

    void wake() {
        RacePoint.at(task, "wait is decided");
        task.platform().unpark(thread);
    }

    /// Blocks the calling task until the wait is decided. **Owner only.**
    ///
    /// @param blocker what thread dumps show the thread to be waiting for
    /// @return true if completed, else false: the caller then leaves its queue and throws the [#failure()]
    boolean await(Object blocker) {
        this.blocker = blocker;
        task.stamp();
        task.hasYielded();
        task.gate().enter(this);
        RacePoint.at(task, "wait begins");
        CancelReason reason = task.cancelReason();
        if (reason != null) abort(reason);
        while (state == PENDING) {
            task.platform().park(blocker);
            task.gate().noticeForeignInterrupt();
        }
        RacePoint.at(task, "wait ends");
        task.gate().leave();
        return state == COMPLETED;
    }

    /// Returns what it is for.
    @Nullable
    Object blocker() {
        return blocker;
    }

    boolean isPending() {
        return state == PENDING;
    }

    /// Returns why the task was cancelled while it waited, if the wait is not cancellable; null if it was not.
    @Nullable
    CancelReason abortedBy() {
        return abortedBy;
    }

    /// Throws what [#await] has returned false for. Never returns.
    RuntimeException failure() {
        BrokenException vain = broken;
        if (state == BROKEN && vain != null) throw vain;
        CancelReason reason = abortedBy;
        if (state != ABORTED || reason == null) throw new IllegalStateException("this wait did not fail");
        throw task.thrown(new Cancelled(reason));
    }
}
