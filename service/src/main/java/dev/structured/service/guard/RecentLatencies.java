package dev.structured.service.guard;

import java.util.Arrays;

/// A percentile of the last thousand latencies. Thread-safe.
///
/// It is computed once in 64 samples, because sorting a thousand numbers costs more than many a call.
final class RecentLatencies {
    private static final int KEPT = 1_024;
    private static final int ENOUGH = 20;
    private static final int REFRESH = 64;

    private final double percentile;
    /// Both guarded by `this`.
    private final long[] kept = new long[KEPT];
    private int count;
    private volatile long value = -1;

    /// @param percentile 50 to 100
    RecentLatencies(double percentile) {
        this.percentile = percentile;
    }

    double percentile() {
        return percentile;
    }

    /// Adds a latency in nanoseconds.
    synchronized void add(long nanos) {
        kept[count % KEPT] = nanos;
        count = count + 1 == 2 * KEPT ? KEPT : count + 1;
        if (count >= ENOUGH && (count % REFRESH == 0 || value < 0)) value = compute();
    }

    private long compute() {
        long[] sorted = Arrays.copyOf(kept, Math.min(count, KEPT));
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(percentile / 100 * sorted.length) - 1];
    }

    /// Returns the percentile in nanoseconds; negative before there are 20 latencies.
    long value() {
        return value;
    }
}
