package dev.structured.service.guard;

import dev.structured.core.combine.Budget;

/// What tests outside of this room want to know of a downstream's state, and nobody else has a use for.
public final class DownstreamFigures {
    private DownstreamFigures() {}

    /// Returns how many permits are held.
    public static int borrowed(DownstreamState state) {
        return state.capacity.permits.statistics().borrowed();
    }

    /// Returns how many callers wait for a permit, by the limiter's own count.
    public static int waiting(DownstreamState state) {
        return state.capacity.permits.statistics().waiting();
    }

    /// Returns what is known of the budget of retries and hedges.
    public static Budget.Statistics extra(DownstreamState state) {
        return state.extra.budget().statistics();
    }
}
