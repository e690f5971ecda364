package dev.structured.service.guard;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.DownstreamConfig;

/// Builds the layers around one downstream.
///
/// ```
///   UploadDownstream ──▶ RetryingDownstream ──▶ CircuitBreakingDownstream ──▶ SampledDownstream ──▶
///           LimitedDownstream ──▶ leaf
/// ```
///
/// Each attempt takes its own permit and is counted on its own by the breaker. An open breaker refuses
/// without a permit, because all permits are taken when a downstream hangs. Uploads wait before all of them,
/// so that their wait is no failure of the downstream. Kept and shared answers come
/// before all layers, since they cost no attempt.
public final class DownstreamStack {
    private DownstreamStack() {}

    /// Returns the downstream with its layers. Those for uploads, limits and samples are always there; the
    /// others only if the configuration asks for them, so that they cost nothing otherwise.
    ///
    /// @param leaf makes each call once
    /// @param state the state of this downstream, made from this configuration
    public static Downstream around(Downstream leaf, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        Downstream limited = sampled(limited(leaf, config, state, observer), state);
        Downstream all = repeated(guarded(limited, config, state, observer), config, state, observer);
        return new UploadDownstream(config.name(), all, state.capacity, config.maxQueued(), observer);
    }

    private static Downstream limited(Downstream inner, DownstreamConfig config, DownstreamState state,
            GuardObserver observer) {
        return new LimitedDownstream(config.name(), inner, state.capacity, config.maxQueued(), observer);
    }

    private static Downstream sampled(Downstream inner, DownstreamState state) {
        return new SampledDownstream(inner, state.load);
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
