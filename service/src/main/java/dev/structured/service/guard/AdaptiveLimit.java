package dev.structured.service.guard;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.aggregate.Stopwatch;
import dev.structured.service.config.AdaptiveLimitConfig;
import java.util.concurrent.TimeUnit;

/// Estimates from latencies how many calls at once a downstream can serve. Thread-safe.
///
/// The algorithm is Vegas, as Netflix' concurrency-limits has it after TCP Vegas (Brakmo, Peterson, 1995):
/// the shortest latency seen is taken for the latency without a queue, and the rest of a latency for time in
/// the downstream's queue. A short queue lets the limit grow; a long one, or a dropped call, makes it shrink.
/// The library's Gradient2 is more common, but it compares with a long-term average: an overload of some
/// minutes becomes part of that average, until nothing limits any more. Decision 0027 has the figures.
///
/// The algorithm gets averages over windows of a tenth of a second, or of ten calls if those take longer. The
/// library's own windows drop samples when there are fewer, so a downstream with little traffic would have no
/// limit.
final class AdaptiveLimit {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ENOUGH = 10;

    private final Limit limit;
    private final int min;
    private final int most;
    private final CapacityLimiter permits;

    /// The window. All its fields are guarded by `this`.
    private long began;
    private int calls;
    private long sum;
    private int inFlight;
    private boolean dropped;

    AdaptiveLimit(Limit limit, int min, int most, CapacityLimiter permits) {
        this.limit = limit;
        this.min = min;
        this.most = most;
        this.permits = permits;
        move();
    }

    /// @param most the highest limit
    /// @param permits the permits whose total is set
    static AdaptiveLimit of(AdaptiveLimitConfig config, int most, CapacityLimiter permits) {
        int min = Math.min(config.min(), most);
        int start = Math.clamp(config.start(), min, most);
        Limit vegas = VegasLimit.newBuilder().initialLimit(start).maxConcurrency(most).build();
        return new AdaptiveLimit(vegas, min, most, permits);
    }

    /// Learns from a call that has ended.
    ///
    /// @param inFlight the number of calls in flight when it began, including itself
    /// @param dropped true if the downstream refused it or was too late
    void sample(Stopwatch watch, int inFlight, boolean dropped) {
        if (add(watch.began(), watch.elapsed(), inFlight, dropped)) move();
    }

    /// @return true if the window has ended, so that the limit may have changed
    private synchronized boolean add(long start, long took, int around, boolean drop) {
        if (calls == 0) began = start + took;
        calls++;
        sum += took;
        inFlight = Math.max(inFlight, around);
        dropped |= drop;
        if (calls < ENOUGH || start + took - began < WINDOW_NANOS) return false;
        limit.onSample(began, Math.max(1, sum / calls), inFlight, dropped);
        calls = 0;
        sum = 0;
        inFlight = 0;
        dropped = false;
        return true;
    }

    /// Sets the total of the permits. This is not done in the library's listener, which is called with its
    /// lock held: a new total wakes tasks.
    private void move() {
        int total = Math.clamp(limit.getLimit(), min, most);
        if (total != permits.total()) permits.setTotal(total);
    }
}
