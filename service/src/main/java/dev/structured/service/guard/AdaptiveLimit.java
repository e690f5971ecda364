package dev.structured.service.guard;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.config.AdaptiveLimitConfig;
import java.util.concurrent.TimeUnit;

/// Finds out how many calls at once a downstream can do with, from how long they take. Thread-safe.
///
/// The algorithm is Vegas, as Netflix' concurrency-limits has it after TCP Vegas (Brakmo, Peterson, 1995):
/// the shortest time that calls were seen to take is the time without a queue; what they take longer now,
/// they queue. Few in the queue, and the limit grows; many, or a drop, and it shrinks. Of the library's
/// others Gradient2 is in use more, but compares with a long-term average, which an overload of some minutes
/// makes part of, until there is no limit any more; decision 0027 has the figures.
///
/// The algorithm sees averages over windows of a tenth of a second, or as long as it takes for ten calls to
/// end: the library's own windows throw away what came in when there were fewer, and a downstream that is
/// called seldom would have no limit.
final class AdaptiveLimit {
    private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ENOUGH = 10;

    private final Limit limit;
    private final int min;
    private final int most;
    private final CapacityLimiter permits;

    /// The window. All guarded by this.
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

    /// @param most it never goes above this
    /// @param permits whose total it moves
    static AdaptiveLimit of(AdaptiveLimitConfig config, int most, CapacityLimiter permits) {
        int min = Math.min(config.min(), most);
        int start = Math.clamp(config.start(), min, most);
        Limit vegas = VegasLimit.newBuilder().initialLimit(start).maxConcurrency(most).build();
        return new AdaptiveLimit(vegas, min, most, permits);
    }

    /// Learns from a call that has ended.
    ///
    /// @param inFlight how many were under way when it began, itself included
    /// @param dropped whether the downstream could not take it on, or not in time
    void sample(Stopwatch watch, int inFlight, boolean dropped) {
        if (add(watch.began(), watch.elapsed(), inFlight, dropped)) move();
    }

    /// @return whether the window is over, and the limit may have moved
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

    /// Not by the library's listener, which is called under its lock: a new total wakes tasks.
    private void move() {
        int total = Math.clamp(limit.getLimit(), min, most);
        if (total != permits.total()) permits.setTotal(total);
    }
}
