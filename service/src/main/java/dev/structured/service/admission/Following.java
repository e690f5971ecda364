package dev.structured.service.admission;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import java.util.concurrent.TimeUnit;

/// A limit that follows the load of a downstream that is short: Vegas, whose base is measured now and then
/// with fewer pages in flight. Not thread-safe.
///
/// The library's own method takes the latency at random times for the latency without a queue. Under a
/// lasting load that is the latency with a queue, and the limit rises.
final class Following {
    static final int LEAST = 2;

    private static final int MOST = 10_000;
    /// The time to the first measurement; each time to the next one is twice as long, up to the longest.
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(8);
    /// The part of the limit that is left while the base is measured.
    private static final double PROBE_SHARE = 0.6;
    private static final double SHRINK = 0.85;
    /// A window that is a little quicker than the base is so by chance. If each such window became the base,
    /// the limit would be too low in the end.
    private static final double QUICKER = 0.9;
    private static final int NEVER = 1_000_000;
    /// The number that stands for the usual latency in the samples for Vegas.
    private static final double UNIT = 1e6;

    private Limit vegas;
    /// The ratio that was last measured; 0 before the first time.
    private double base;
    private long probedAt;
    private long pause = FIRST_NANOS;
    /// The windows that a measurement still takes. In the first one, pages end that were begun before it.
    private int probing;

    Following(int start, long now) {
        vegas = vegas(start);
        probedAt = now;
    }

    private static Limit vegas(int start) {
        return VegasLimit.newBuilder().initialLimit(start).maxConcurrency(MOST).probeMultiplier(NEVER)
                .decreaseFunction(limit -> Math.min(limit - 1, limit * SHRINK)).build();
    }

    /// Learns from a window and returns the limit for the next one.
    ///
    /// @param ratio the average latency, as a multiple of the usual one
    /// @param peak the most pages in flight
    /// @param dropped true if most calls came too late
    int next(double ratio, int peak, boolean dropped, long now) {
        // Calls that are quicker than usual are no sign of a queue, nor of one that was there before.
        double sample = Math.max(1, ratio);
        if (probing > 0) return probed(sample, now);
        if (sample < QUICKER * base) base = sample;
        vegas.onSample(0, (long) (Math.max(sample, base) * UNIT), peak, dropped);
        if (now - probedAt < pause) return limit();
        probing = 2;
        return Math.max(LEAST, (int) (limit() * PROBE_SHARE));
    }

    private int probed(double sample, long now) {
        if (--probing > 0) return Math.max(LEAST, (int) (limit() * PROBE_SHARE));
        vegas = vegas(limit());
        vegas.onSample(0, (long) (sample * UNIT), 0, false);
        base = sample;
        probedAt = now;
        pause = Math.min(2 * pause, LONGEST_NANOS);
        return limit();
    }

    /// Returns the limit, apart from measurements.
    int limit() {
        return Math.max(LEAST, vegas.getLimit());
    }
}
