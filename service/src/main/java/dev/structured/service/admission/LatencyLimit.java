package dev.structured.service.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The limit of the pages that need one downstream, from the latencies of its calls. **Thread-safe.**
///
/// ```
///   none ── calls take twice as long as usual, for two windows ──▶ Vegas, from what got through lately
///    ▲                                                                │
///    └────────────── not half of the limit is used, for 5 s ──────────┘
/// ```
///
/// There is no limit until the latencies show that there is too much to do, so a burst on an idle service is
/// served as a whole. A limit begins near its right value, by Little's law: the rate at which calls come
/// back, times their usual latency. From there Vegas (see decision 0027) follows the load.
///
/// Each kind of calls is compared with its own usual latency, so the mix of kinds does not matter. If calls
/// are slow for a reason other than a queue, Vegas finds that fewer of them are not quicker, and raises the
/// limit until it no longer has an effect.
public final class LatencyLimit implements LoadLimit {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ENOUGH = 10;
    /// The ratio of a queued call's latency to the usual one.
    private static final double SLOW = 2;
    private static final int SLOW_WINDOWS = 2;
    /// With fewer pages in progress, a slow downstream is not slow because of their number.
    private static final int FEWEST = 8;
    private static final long UNNEEDED_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_KINDS = 500;

    private volatile int now = NONE;
    private volatile long typical;
    /// All of the following is guarded by this.
    private final Map<String, UsualLatency> kinds = new HashMap<>();
    private @Nullable Following following;
    private int slowWindows;
    private long neededAt;
    /// The window: its beginning, its calls, the late ones among them, the sum of their ratios to the usual
    /// latency and of the usual latencies, and the most pages in progress.
    private long began;
    private int calls;
    private int late;
    private double ratios;
    private double usual;
    private int peak;

    @Override
    public int now() {
        return now;
    }

    /// Returns the average of the usual latencies of the last calls.
    @Override
    public long usualNanos() {
        return typical;
    }

    /// Learns from a call that has ended.
    ///
    /// @param kind equal for calls that usually take equally long
    /// @param time the time of its end, in nanoseconds
    /// @param nanos the time that it took
    /// @param tooLate true if it was ended because its time had passed
    /// @param inProgress the pages in progress that need the downstream
    public synchronized void sample(String kind, long time, long nanos, boolean tooLate, int inProgress) {
        UsualLatency known = kind(kind);
        double ratio = known.add(time, nanos, following != null);
        if (calls == 0) began = time;
        calls++;
        if (tooLate) late++;
        ratios += tooLate ? UsualLatency.MOST : ratio;
        usual += known.nanos();
        peak = Math.max(peak, inProgress);
        if (calls >= ENOUGH && time - began >= WINDOW_NANOS) endWindow(time);
    }

    private UsualLatency kind(String name) {
        String key = kinds.size() < MOST_KINDS || kinds.containsKey(name) ? name : "";
        return kinds.computeIfAbsent(key, _ -> new UsualLatency());
    }

    private void endWindow(long time) {
        double ratio = ratios / calls;
        typical = (long) (usual / calls);
        if (following == null) watch(ratio, time);
        else
            follow(following, ratio, time);
        calls = 0;
        late = 0;
        ratios = 0;
        usual = 0;
        peak = 0;
    }

    private void watch(double ratio, long time) {
        slowWindows = ratio >= SLOW && peak >= FEWEST ? slowWindows + 1 : 0;
        if (slowWindows < SLOW_WINDOWS) return;
        double rate = (calls - late) / (double) Math.max(1, time - began);
        int served = (int) Math.ceil(rate * usual / calls);
        int start = Math.clamp(served, Following.LEAST, peak);
        following = new Following(start, time);
        neededAt = time;
        now = start;
    }

    private void follow(Following present, double ratio, long time) {
        int limit = present.next(ratio, peak, late * 2 >= calls, time);
        if (peak * 2 >= present.limit()) neededAt = time;
        if (time - neededAt < UNNEEDED_NANOS) {
            now = limit;
        } else {
            following = null;
            slowWindows = 0;
            kinds.values().forEach(UsualLatency::relearn);
            now = NONE;
        }
    }
}
