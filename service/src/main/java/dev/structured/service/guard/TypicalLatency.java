package dev.structured.service.guard;

import java.util.concurrent.atomic.AtomicLong;

/// The typical latency of a downstream: a moving average over some dozen good answers. Thread-safe.
final class TypicalLatency {
    private static final int WEIGHT = 16;

    private final AtomicLong nanos = new AtomicLong();

    /// Adds the latency of a good answer.
    void add(long sample) {
        nanos.accumulateAndGet(Math.max(1, sample),
                (old, now) -> old == 0 ? now : old + (now - old) / WEIGHT);
    }

    /// Returns the average in nanoseconds; 0 before the first good answer.
    long nanos() {
        return nanos.get();
    }
}
