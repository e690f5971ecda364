package dev.structured.service.admission;

import java.util.concurrent.TimeUnit;

/// The limit of all pages in flight, from the lag of the service's own tasks: if one of them waits for a
/// processor, all do. **Thread-safe.**
///
/// A task that sleeps ([LagWatch]) measures the lag, and so does each page while that task is too late: in a
/// long queue, pages get through before the task does. The shortest lag of each fifth of a second counts, as
/// in CoDel (Nichols, Jacobson, 2012): a single long lag is a pause or a burst, but a standing queue makes
/// all of them long. While the queue stands the limit shrinks each time; then it grows, until it no longer
/// has an effect.
///
/// Pages in flight wait for their downstreams for most of their time. So the processors may bear ten of
/// them or a thousand, and the limit shrinks several times before the first time has an effect. To come back
/// from there, it grows by a quarter each time while no task is late, and otherwise slowly.
///
/// Which lag is too long depends on the time that pages have ([PageTime]): a tenth of it is, since a page
/// waits for a processor several times. Clients that ask without a pause make all pages slower, but not too
/// late; a limit would refuse pages that can be served.
public final class LagLimit implements LoadLimit, OwnLag {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /// The lag of a standing queue, as a share of the time that pages have.
    private static final double TARGET = 0.1;
    private static final int INTERVALS = 2;
    private static final double SHRINK = 0.75;
    /// If the lag is that many times the lag of a standing queue, the limit shrinks faster.
    private static final int LONG = 5;
    private static final int TURNS = 2;
    private static final double SHRINK_FAST = 0.5;
    private static final double GROW = 1.05;
    /// The lag up to which the limit grows faster, as a share of the lag of a standing queue, and how fast.
    private static final double QUICK = 0.1;
    private static final double GROW_FAST = 1.25;
    /// The weight of a lag in the average of the last ones.
    private static final double WEIGHT = 0.25;
    private static final long UNNEEDED_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final int least;
    private final PageTime pageTime = new PageTime();
    private volatile int now = NONE;
    /// The shortest lag of the last interval, if it was that of a standing queue; otherwise 0.
    private volatile long present;
    /// The average of the last lags.
    private volatile double average;
    /// The time at which the task that measures the lag should run next; 0 before the first time.
    private volatile long due;
    /// All of the following is guarded by this.
    private long sampledAt;
    private long began;
    private int lags;
    private long shortest = Long.MAX_VALUE;
    private int peak;
    private int standing;
    private long neededAt;

    /// @param least the lowest limit, so that the service always makes some pages
    public LagLimit(int least) {
        this.least = least;
    }

    @Override
    public int now() {
        return now;
    }

    /// Returns the time that a page waits for processors: when it begins, and after its calls.
    @Override
    public long usualNanos() {
        return TURNS * present;
    }

    /// Sets the time at which the task that measures the lag should run next.
    void due(long time) {
        due = time;
    }

    /// Returns the average of the last lags, or the present one if it is longer.
    @Override
    public long nanos(long time) {
        long expected = due;
        return Math.max((long) average, expected == 0 ? 0 : time - expected);
    }

    @Override
    public void asked(long time, int inFlight, long timeLeft) {
        pageTime.add(timeLeft);
        long expected = due;
        if (expected != 0 && time > expected) overdue(time, time - expected, inFlight);
    }

    /// Learns from a lag that has not ended. It tells nothing unless it is too long already: a task that has
    /// been due for a millisecond may go on to wait for long.
    private synchronized void overdue(long time, long nanos, int inFlight) {
        if (time - sampledAt >= TICK_NANOS && nanos >= pageTime.share(TARGET)) lag(time, nanos, inFlight);
    }

    /// Learns from a lag.
    ///
    /// @param time the time of its measurement, in nanoseconds
    /// @param inFlight the pages in flight
    public synchronized void lag(long time, long nanos, int inFlight) {
        sampledAt = time;
        average += (nanos - average) * WEIGHT;
        if (lags == 0) began = time - Math.min(nanos, TICK_NANOS);
        lags++;
        shortest = Math.min(shortest, nanos);
        peak = Math.max(peak, inFlight);
        if (time - began >= INTERVAL_NANOS) endInterval(time);
    }

    private void endInterval(long time) {
        double target = pageTime.share(TARGET);
        boolean stands = shortest >= target;
        present = stands ? shortest : 0;
        standing = stands ? standing + 1 : 0;
        if (standing >= INTERVALS) shrink(time, shortest >= LONG * target ? SHRINK_FAST : SHRINK);
        else if (!stands && now != NONE) grow(time, shortest <= QUICK * target ? GROW_FAST : GROW);
        lags = 0;
        shortest = Long.MAX_VALUE;
        peak = 0;
    }

    private void shrink(long time, double share) {
        neededAt = time;
        now = Math.max(least, (int) (Math.min(now, peak) * share));
    }

    private void grow(long time, double share) {
        if (peak * 2 >= now) {
            neededAt = time;
            now = Math.max(now + 1, (int) (now * share));
        } else if (time - neededAt >= UNNEEDED_NANOS) {
            now = NONE;
        }
    }
}
