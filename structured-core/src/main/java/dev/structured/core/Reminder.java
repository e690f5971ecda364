package dev.structured.core;

/// Interrupts the tasks of a cancelled scope again, ever more slowly, while some have not come to a gate
/// since.
///
/// Foreign code may swallow an interrupt and block again. One timer a cancelled scope, not one a task; it
/// goes off only after something has been interrupted, and stops by itself when there is no task left to
/// remind.
abstract class Reminder extends Deadlines.Entry {
    /// Short, so that a limit around code that swallows one interrupt is still about what it says.
    private static final long FIRST_PAUSE = 2_000_000;
    /// Less than this is no news: code that is being left takes some time for it.
    private static final long STUCK_AFTER = 50_000_000;
    private static final long LONGEST_PAUSE = 5_000_000_000L;

    private final Platform platform;
    private final Deadlines deadlines;
    private final long since;

    /// Both guarded by this.
    private boolean armed;
    private long pause = FIRST_PAUSE;

    /// @param platform in whose time foreign code lives
    /// @param deadlines of that platform
    Reminder(Platform platform, Deadlines deadlines) {
        super(false);
        this.platform = platform;
        this.deadlines = deadlines;
        this.since = platform.nanoTime();
    }

    /// Interrupts the tasks of the scope that have not come to a gate since they were interrupted, and calls
    /// [#arm()] if there are any.
    ///
    /// @param stuckFor for how long they have been cancelled, in nanoseconds; 0 if that is not worth telling
    ///     yet
    abstract void remind(long stuckFor);

    /// A task of the scope has been interrupted.
    synchronized void arm() {
        if (armed) return;
        armed = true;
        deadlines.set(this, Nanos.after(platform.nanoTime(), pause));
    }

    /// Its scope has ended.
    void close() {
        deadlines.close(this);
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
}
