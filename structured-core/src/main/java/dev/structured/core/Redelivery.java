package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Delivers the cancellation of one scope again, where once was not enough.
///
/// Foreign code may swallow an interrupt and block again. So the tasks that have not come to a gate since
/// they were interrupted are interrupted again, ever more slowly. One timer serves all tasks of a scope; it
/// is set only after a task has been interrupted, and stops by itself when there is no task left to remind.
///
/// A delivery that an error has stopped on its way is repeated as a whole: a task that is never told would
/// wait for ever.
abstract class Redelivery extends Deadlines.Entry {
    /// Short, so that a timeout around code that swallows one interrupt is still about as long as it says.
    private static final long FIRST_PAUSE = 2_000_000;
    /// Shorter than this is not worth telling: code that is being left takes some time for it.
    private static final long STUCK_AFTER = 50_000_000;
    private static final long LONGEST_PAUSE = 5_000_000_000L;

    private final Platform platform;
    private final Deadlines deadlines;
    private final long since;

    /// All guarded by this.
    private boolean armed;
    private long pause = FIRST_PAUSE;
    /// Null until a delivery has to be repeated.
    private @Nullable Whole whole;

    /// @param platform the platform whose time foreign code lives in
    /// @param deadlines the deadlines of that platform
    Redelivery(Platform platform, Deadlines deadlines) {
        super(false);
        this.platform = platform;
        this.deadlines = deadlines;
        this.since = platform.nanoTime();
    }

    /// Interrupts the tasks of the scope that have not come to a gate since they were interrupted, and calls
    /// [#arm()] if there are any.
    ///
    /// @param stuckFor how long they have been cancelled, in nanoseconds; 0 if that is not worth telling yet
    abstract void remind(long stuckFor);

    /// Delivers the cancellation to all tasks of the scope.
    abstract void deliver();

    /// Sets the timer: a task of the scope has been interrupted.
    synchronized void arm() {
        if (armed) return;
        armed = true;
        deadlines.set(this, Nanos.after(platform.nanoTime(), pause));
    }

    /// Has the whole delivery repeated as soon as possible, on the alarm's thread.
    synchronized void repeat() {
        Whole entry = whole == null ? new Whole() : whole;
        whole = entry;
        deadlines.set(entry, platform.nanoTime());
    }

    /// Ends both: the scope has ended.
    synchronized void close() {
        deadlines.close(this);
        if (whole != null) deadlines.close(whole);
    }

    @Override
    void expire() {
        long cancelledFor = platform.nanoTime() - since;
        synchronized (this) {
            armed = false;
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
        remind(cancelledFor < STUCK_AFTER ? 0 : cancelledFor);
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
