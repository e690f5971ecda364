package dev.structured.service.guard;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.DownstreamConfig;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The permits for calls to one downstream. The pool outlives the [LimitedDownstream] that uses it when the
/// configuration is reloaded. Thread-safe.
final class PermitPool {
    final CapacityLimiter permits;
    private final CapacityLimiter uploads;
    final @Nullable AdaptiveLimit adaptive;
    final TypicalLatency typical = new TypicalLatency();
    /// Calls that wait for a permit, and calls that have one.
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger inFlight = new AtomicInteger();
    /// Uploads that wait for a place among the uploads.
    final AtomicInteger waitingUploads = new AtomicInteger();

    PermitPool(CapacityLimiter permits, @Nullable AdaptiveLimit adaptive) {
        this.permits = permits;
        this.uploads = new CapacityLimiter("uploads", half(permits));
        this.adaptive = adaptive;
    }

    private static int half(CapacityLimiter permits) {
        return Math.max(1, permits.total() / 2);
    }

    /// Returns the places of calls whose bodies are still being sent: half of the present permits, and one at
    /// least.
    CapacityLimiter uploads() {
        int half = half(permits);
        if (uploads.total() != half) uploads.setTotal(half);
        return uploads;
    }

    static PermitPool of(DownstreamConfig config) {
        AdaptiveLimitConfig limits = config.adaptiveLimit();
        int most = config.maxConnections();
        CapacityLimiter permits = new CapacityLimiter(config.name(), most);
        return new PermitPool(permits, limits == null ? null : AdaptiveLimit.of(limits, most, permits));
    }

    /// Returns the expected time that a call would wait for a permit now, in nanoseconds: by Little's law,
    /// from the typical latency.
    long expectedWait() {
        return (long) ((double) typical.nanos() * waiting.get() / Math.max(1, permits.total()));
    }
}
