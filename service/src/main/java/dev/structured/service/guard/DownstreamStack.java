package dev.structured.service.guard;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.DownstreamConfig;

/// What stands between the parts of a page and one downstream.
///
/// ```
///   RetryingDownstream ──▶ CircuitBreakingDownstream ──▶ LimitedDownstream ──▶ the leaf, which makes the call
/// ```
///
/// Each attempt takes a permit of its own and counts by itself for the breaker. An open breaker refuses at
/// once, without a permit: it opens when a downstream hangs, and then all permits are taken. Answers that are
/// kept or shared come before all this, since they cost no attempt.
public final class DownstreamStack {
    private DownstreamStack() {}

    /// Returns the downstream with the layers that the configuration asks for; no others, so what is not used
    /// costs nothing.
    ///
    /// @param leaf makes one call, once
    /// @param state of this downstream, made from this configuration
    public static Downstream around(Downstream leaf, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        return repeated(guarded(limited(leaf, config, state, observer), config, state, observer), config,
                state,
                observer);
    }

    private static Downstream limited(Downstream inner, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        return new LimitedDownstream(config.name(), inner, state.capacity, config.maxQueued(), observer);
    }

    private static Downstream guarded(Downstream inner, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        Breaker breaker = state.breaker;
        if (breaker == null) return inner;
        return new CircuitBreakingDownstream(config.name(), inner, breaker, state.capacity.typical, observer);
    }

    private static Downstream repeated(Downstream inner, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        if (!state.hasExtra()) return inner;
        return new RetryingDownstream(config.name(), inner, config.retry(), config.hedge(), state, observer);
    }
}
