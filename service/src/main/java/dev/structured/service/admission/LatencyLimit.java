package dev.structured.service.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The limit of the pages that need one downstream, from the latencies of its calls. **Thread-safe.**
///
/// ```
///   none ── with more pages than ever lately, calls are slow ─────▶ Vegas, from what got through lately
///    ▲  └─── or they take twice as long as usual, for two windows ─▶  │
///    │                                                                │
///    └────────────── not half of the limit is used, for 5 s ──────────┘
/// ```
///
/// There is no limit until the latencies show that there is too much to do, so a burst on an idle service is
/// served as a whole. But how many pages are too many is known one latency after they began. By then an
/// overload of three times has begun three times as many as can be in time. So [#tried] lets the number of
/// pages in flight grow by half beyond what was quick lately ([Proven]), and then again.
///
/// A limit begins near its right value, by Little's law: the rate at which calls come back, times their usual
/// latency. From there Vegas (see decision 0027) follows the load.
///
/// Each kind of calls is compared with its own usual latency, so the mix of kinds does not matter. If calls
/// are slow for a reason other than a queue, Vegas finds that fewer of them are not quicker, and raises the
/// limit until it no longer has an effect.
///
/// A call also waits for the service's own processors, when it begins and when its answer has come. That
/// tells nothing about the downstream, so the present lag is deducted. And no call counts as slow that takes
/// less than 10 ms or a fiftieth of the time that pages have ([PageTime]): such a queue does no harm.
public final class LatencyLimit implements LoadLimit {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ENOUGH = 10;
    /// The ratio of a queued call's latency to the usual one.
    private static final double SLOW = 2;
    /// Shorter latencies are compared as if they were so long: a share of the time that pages have, and the
    /// least such time. Under load, processors alone add about as much to a call.
    private static final double SHORT = 0.02;
    private static final double LEAST_SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int SLOW_WINDOWS = 2;
    /// With fewer pages in flight, a slow downstream is not slow because of their number.
    private static final int FEWEST = 8;
    private static final long UNNEEDED_NANOS = TimeUnit.SECONDS.toNanos(5);
    /// The age of a window whose calls still count when a limit begins.
    private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_KINDS = 500;
    /// So many pages may be in flight, whatever was tried.
    private static final int FEW = 16;
    /// The pages that may be in flight, as a multiple of those that were quick lately.
    private static final double MORE = 1.5;

    /// The highest ratio of a call, as a multiple of the last calls' ratio.
    private static final double MOST = 4;
    /// How often a call waits for the service's own processors.
    private static final int TURNS = 2;

    private final OwnLag lag;
    private final PageTime pageTime = new PageTime();
    private volatile int now = NONE;
    private volatile int tried = NONE;
    private volatile long typical;
    /// The last time at which half of the limit was used.
    private volatile long neededAt;
    /// All of the following is guarded by this.
    private final Map<String, UsualLatency> kinds = new HashMap<>();
    private @Nullable Following following;
    private final Proven proven = new Proven();
    private int slowWindows;
    /// The present window, from its first call on, and the last one.
    private @Nullable Window window;
    private @Nullable Window before;

    /// @param lag how late the service's own tasks are
    public LatencyLimit(OwnLag lag) {
        this.lag = lag;
    }

    @Override
    public int now() {
        return now;
    }

    @Override
    public int tried() {
        return tried;
    }

    /// Returns the average of the usual latencies of the last calls.
    @Override
    public long usualNanos() {
        return typical;
    }

    @Override
    public void asked(long time, int inFlight, long timeLeft) {
        pageTime.add(timeLeft);
        int present = now;
        if (present == NONE) return;
        if (inFlight * 2 >= present) {
            neededAt = time;
        } else if (time - neededAt >= UNNEEDED_NANOS) {
            endUnneeded(time);
        }
    }

    /// Ends a limit that was not needed for a while in which too few calls ended to tell. What is known of
    /// the latencies is from before that while: their usual ones stay, and the last ones count no more.
    private synchronized void endUnneeded(long time) {
        if (following == null || time - neededAt < UNNEEDED_NANOS) return;
        end();
        window = null;
        before = null;
        tried = mostTried();
    }

    /// Learns from a call that has ended.
    ///
    /// @param kind equal for calls that usually take equally long
    /// @param time the time of its end, in nanoseconds
    /// @param nanos the time that it took, with the time that it waited for the service itself
    /// @param tooLate true if it was ended because its time had passed
    /// @param begunWith the pages in flight that needed the downstream when it began
    /// @param inFlight those when it ended
    public synchronized void sample(String kind, long time, long nanos, boolean tooLate, int begunWith,
            int inFlight) {
        UsualLatency known = kind(kind);
        long own = Math.min(nanos, TURNS * lag.nanos(time));
        double least = Math.max(LEAST_SHORT_NANOS, pageTime.share(SHORT));
        if (known.isFit(nanos, own, least)) known.learn(time, nanos - own, following != null);
        double ratio = Math.min(known.ratio(nanos - own, least), highest());
        boolean late = tooLate && own <= nanos / 2;
        if (late) ratio = Math.max(ratio, MOST);
        Window present = window == null ? new Window(time) : window;
        window = present;
        present.add(ratio, known.nanos(least), late, inFlight);
        if (typical == 0) typical = (long) known.nanos(least);
        boolean tooMuch = known.isKnown() && proven.learn(ratio, begunWith, time);
        if (following == null && tooMuch) begin(time);
        if (present.calls() >= ENOUGH && time - present.began() >= WINDOW_NANOS) endWindow(present, time);
        tried = following == null ? mostTried() : NONE;
    }

    /// Returns the ratio as which an outlier counts. It is a multiple of the last calls' ratio, so that the
    /// length of a queue shows however long it is.
    private double highest() {
        return MOST * Math.max(1, before == null ? 0 : before.ratio());
    }

    private int mostTried() {
        return Math.max(FEW, (int) (MORE * proven.pages()));
    }

    @Override
    public synchronized void waitedInVain(long time) {
        if (following == null && isDoubtful()) begin(time);
    }

    private boolean isDoubtful() {
        Window last = window == null ? before : window;
        return proven.isDoubtful() || (last != null && last.ratio() >= Proven.QUICK);
    }

    private UsualLatency kind(String name) {
        String key = kinds.size() < MOST_KINDS || kinds.containsKey(name) ? name : "";
        return kinds.computeIfAbsent(key, _ -> new UsualLatency());
    }

    private void endWindow(Window ended, long time) {
        typical = (long) ended.usualNanos();
        if (following == null) watch(ended, time);
        else
            follow(following, ended, time);
        before = ended;
        window = null;
    }

    private void watch(Window ended, long time) {
        slowWindows = ended.ratio() >= SLOW && ended.peak() >= FEWEST ? slowWindows + 1 : 0;
        if (slowWindows >= SLOW_WINDOWS) begin(time);
    }

    /// Begins to limit the pages.
    private void begin(long time) {
        Window lately = lately(time);
        int start = Math.max(Math.min(lately.passing(time), lately.peak()), proven.quick());
        start = Math.max(start, Following.LEAST);
        following = new Following(start, time);
        neededAt = time;
        now = start;
        tried = NONE;
    }

    /// Returns the calls of this window and of the one before.
    private Window lately(long time) {
        Window last = before;
        Window present = window;
        if (last != null && time - last.began() >= RECENT_NANOS) last = null;
        long from = last != null ? last.began() : present != null ? present.began() : time;
        Window all = new Window(from);
        if (last != null) all.add(last);
        if (present != null) all.add(present);
        return all;
    }

    private void follow(Following present, Window ended, long time) {
        int limit = present.next(ended.ratio(), ended.peak(), ended.isMostlyLate(), time);
        if (ended.peak() * 2 >= present.limit()) neededAt = time;
        if (time - neededAt < UNNEEDED_NANOS) {
            now = limit;
        } else {
            end();
            kinds.values().forEach(UsualLatency::relearn);
        }
    }

    private void end() {
        following = null;
        slowWindows = 0;
        proven.again();
        now = NONE;
    }
}
