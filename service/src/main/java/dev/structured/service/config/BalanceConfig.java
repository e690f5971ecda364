package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How calls are shared out among the endpoints of a downstream.
///
/// @param choice which endpoint gets a call
/// @param ejection when an endpoint that fails is left alone
/// @param slowStart how long an endpoint that is new, or comes back, gets less than its share
/// @param healthCheck asks each endpoint how it is; null for none
public record BalanceConfig(
        @Key(preset = "least_loaded", says = "Which endpoint gets a call: of two taken at random the one with less to do, or "
                + "each in its turn.") Choice choice,
        @Key(says = "When an endpoint that fails more than the others is left alone for a while.") EjectionConfig ejection,
        @Key(preset = "10s", min = "0ms", max = "10min", says = "How long an endpoint that is new, or comes back, gets "
                + "less than its share of calls.") Duration slowStart,
        @Key(says = "Asks each endpoint now and then how it is; one that does not answer with 2xx gets no "
                + "calls.") @Nullable HealthCheckConfig healthCheck) {

    /// Which endpoint gets a call.
    public enum Choice {
        /// Of two taken at random, the one whose calls in flight, at its usual latency, take less time.
        LEAST_LOADED,
        /// Each in its turn.
        ROUND_ROBIN
    }
}
