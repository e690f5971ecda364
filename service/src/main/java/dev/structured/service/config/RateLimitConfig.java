package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;

/// How many requests of one kind a route answers.
///
/// @param requests how many may come within `per`, also all at once
/// @param per the time in which as many come back
/// @param by whose requests count together
/// @param shared whether those of all replicas count together
public record RateLimitConfig(
        @Key(fix = "add e.g. 'requests: 100', how many may come", min = "1", max = "1000000", says = "How many may come within 'per', also all at once.") int requests,
        @Key(preset = "1min", min = "1s", max = "60min", says = "The time in which as many are allowed again, one after the other.") Duration per,
        @Key(preset = "address", says = "Whose requests count together: those of one caller, of one address, or all of the "
                + "route.") By by,
        @Key(preset = "false", says = "Whether the requests of all replicas count together, in 'store'; each replica counts its own while that cannot be reached.") boolean shared) {

    /// Whose requests count together.
    public enum By {
        /// Those of a client by its key, or of a token's subject.
        CALLER,
        /// Those that come from one address; of IPv6, from one network of 64 bits.
        ADDRESS,
        /// All requests of the route.
        ROUTE
    }
}
