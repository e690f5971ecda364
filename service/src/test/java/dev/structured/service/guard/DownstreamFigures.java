package dev.structured.service.guard;

import dev.structured.core.combine.Budget;

/// The facts about a downstream's state that only tests outside of this room ask for.
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
