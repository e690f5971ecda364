package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Repeats the delivery of the cancellation of one scope, for tasks that did not react to the first.
///
/// Foreign code may swallow an interrupt and block again. So the tasks that have not come to a gate since
/// they were interrupted are interrupted again, after ever longer pauses, each after its [own][StuckTime].
/// One timer serves all tasks of a scope: it is set to the earliest of their times, only after a task has
/// been interrupted, and stops by itself when no task is left to interrupt.
///
/// A delivery that an error has cut short is repeated as a whole, since a task that never hears of its
/// cancellation would wait for ever.
abstract class Redelivery extends Deadlines.Entry {
    /// The least time between two rounds, each of which may visit many tasks.
    private static final long LEAST_PAUSE = 1_000_000;
    /// A task that has gone on for less than this is not reported: cancelled code takes some time to end.
    private static final long STUCK_AFTER = 50_000_000;

    private final Platform platform;
    private final Deadlines deadlines;

    /// All guarded by this.
    private boolean armed;
    /// The time to which the timer is set.
    private long at;
    /// The earliest time of the next round.
    private long notBefore = Long.MIN_VALUE;
    /// Null until a delivery has to be repeated.
    private @Nullable Whole whole;

    /// @param platform the platform by whose time foreign code runs
    /// @param deadlines the deadlines of that platform
    Redelivery(Platform platform, Deadlines deadlines) {
        super(false);
        this.platform = platform;
        this.deadlines = deadlines;
    }

    /// Interrupts the tasks of the scope that have not come to a gate since they were interrupted, if their
    /// time has come, and calls [#arm] for each of them.
    abstract void remind();

    /// Returns true if a task that has gone on for so long is to be reported.
    static boolean isStuck(long nanos) {
        return nanos >= STUCK_AFTER;
    }

    /// Delivers the cancellation to all tasks of the scope.
    abstract void deliver();

    /// Sets the timer, unless it rings earlier: a task of the scope is to be interrupted again.
    synchronized void arm(long due) {
        long time = Math.max(due, notBefore);
        if (armed && at <= time) return;
        deadlines.set(this, time);
        armed = true;
        at = time;
    }

    /// Has the whole delivery repeated as soon as possible, on the alarm's thread.
    synchronized void repeat() {
        Whole entry = whole == null ? new Whole() : whole;
        whole = entry;
        deadlines.set(entry, platform.nanoTime());
    }

    /// Stops both timers: the scope has ended.
    synchronized void close() {
        deadlines.close(this);
        if (whole != null) deadlines.close(whole);
    }

    @Override
    void expire() {
        synchronized (this) {
            armed = false;
            notBefore = Nanos.after(platform.nanoTime(), LEAST_PAUSE);
        }
        remind();
    }

    /// The entry for the whole delivery, which comes before sleeps that end at the same time.
    private final class Whole extends Deadlines.Entry {
        Whole() {
            super(true);
        }

        @Override
        void expire() {
            deliver();
        }
    }
}
