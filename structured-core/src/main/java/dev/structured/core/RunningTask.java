package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// A task at its checkpoints: whether it is cancelled, and whether it is time to let others run. [Task] adds
/// how it begins and ends.
///
/// A task that never waits would keep its carrier for itself, as virtual threads have no time slices. So at
/// every 256th schedule point it looks at the clock, and yields if it has gone on
/// [for long enough][Platform#yieldAfter]. Its turn begins at the first look since it waited: reading the
/// clock at each wait would cost more than many waits do.
///
/// **Owner only**, unless a method says otherwise.
abstract sealed class RunningTask extends TreeTask permits Task {
    /// A power of two.
    private static final int POINTS_A_LOOK = 256;
    /// The clock's unit for turns is 2¹⁰ ns.
    private static final int UNIT = 10;

    /// The numbers of cancel points and schedule points that it has passed.
    private long cancelPoints;
    private long schedulePoints;
    /// The time of the first look at the clock since it waited or yielded: the last 32 bits of the units, the
    /// last one set. Zero if there was none.
    private int turnBegan;
    /// Null until the task throws a cancellation, or meets one.
    private @Nullable Unwinding unwinding;

    /// The root of a new run.
    RunningTask(Scheduler scheduler, String name) {
        super(scheduler, name);
    }

    /// A task below another.
    ///
    /// @param base the scope that it lives in
    RunningTask(String name, Task<?> parent, CancelScope base) {
        super(name, parent, base);
    }

    /// Returns the gate. **Thread-safe.**
    abstract InterruptGate gate();

    /* --- Cancel points --- */

    /// The cancel half of a checkpoint. Looks at the clock, so that a deadline that has passed is noticed
    /// here even if the alarm has not rung yet.
    ///
    /// @throws Cancelled if the task is cancelled
    void checkCancelled() {
        cancelPoints++;
        racePoint("checkpoint");
        if (isQuiet() && !Thread.currentThread().isInterrupted()) return;
        lookCloser();
    }

    private void lookCloser() {
        StackRoom.require();
        CancelLookup.expireDeadlines(innermost());
        gate().noticeForeignInterrupt();
        CancelReason reason = cancelReason();
        if (reason == null) return;
        gate().deliver(); // code that catches the exception and blocks is to be interrupted again
        throw thrown(new Cancelled(reason));
    }

    long cancelPoints() {
        return cancelPoints;
    }

    /* --- Schedule points --- */

    /// Counts a schedule point, at which other threads may run.
    void schedulePoint() {
        if ((++schedulePoints & (POINTS_A_LOOK - 1)) == 0) endTurnInTime();
    }

    private void endTurnInTime() {
        int now = (int) (platform().nanoTime() >>> UNIT) | 1;
        if (turnBegan == 0) turnBegan = now;
        if (platform().yieldAfter(Integer.toUnsignedLong(now - turnBegan) << UNIT)) turnBegan = 0;
    }

    /// Notes that the task has let others run.
    void hasYielded() {
        schedulePoints++;
        turnBegan = 0;
    }

    /// Really lets others run.
    void yieldNow() {
        hasYielded();
        platform().yieldNow();
    }

    long schedulePoints() {
        return schedulePoints;
    }

    /* --- The cancellation in flight --- */

    /// Notes that the cancellation is about to be thrown by this task: see [Unwinding#thrown].
    Cancelled thrown(Cancelled cancelled) {
        return unwinding().thrown(cancelled);
    }

    /// Returns the state of the cancellation that the task has in flight.
    Unwinding unwinding() {
        Unwinding known = unwinding;
        if (known == null) {
            known = new Unwinding((Task<?>) this);
            unwinding = known;
        }
        return known;
    }

    /// Returns the cancellation that the task has thrown and that no scope has absorbed; null if there is
    /// none.
    @Nullable
    Cancelled inFlight() {
        return unwinding == null ? null : unwinding.inFlight();
    }

    /// Code of the task has ended normally: see [Unwinding#noticeSwallowed].
    void noticeSwallowed(@Nullable Cancelled before) {
        if (unwinding != null) unwinding.noticeSwallowed(before);
    }
}
