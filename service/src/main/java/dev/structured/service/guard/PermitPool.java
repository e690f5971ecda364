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
    final @Nullable AdaptiveLimit adaptive;
    final TypicalLatency typical = new TypicalLatency();
    /// Calls that wait for a permit, and calls that have one.
    final AtomicInteger waiting = new AtomicInteger();
    final AtomicInteger inFlight = new AtomicInteger();

    PermitPool(CapacityLimiter permits, @Nullable AdaptiveLimit adaptive) {
        this.permits = permits;
        this.adaptive = adaptive;
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
