package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.List;

/// Retries: further attempts after one that failed.
///
/// @param attempts the greatest number of attempts, including the first
/// @param base the longest pause before the second attempt; it doubles from there, and each pause is a random
///     part of it
/// @param cap the longest pause before any attempt
/// @param statuses the statuses that are tried again; broken connections always are
public record RetryConfig(
        @Key(preset = "2", min = "2", max = "10", says = "The greatest number of attempts, the first "
                + "one included.") int attempts,
        @Key(preset = "25ms", min = "1ms", max = "10s", says = "The longest pause before the second "
                + "attempt; it doubles from there, and each pause is random below it.") Duration base,
        @Key(preset = "250ms", min = "1ms", max = "1min", says = "The longest pause before any attempt.") Duration cap,
        @Key(preset = "502, 503, 504", min = "500", max = "599", each = "status", says = "The answers "
                + "that are asked again for; broken connections always are, 429"
                + " never.") List<Integer> statuses) {

    public RetryConfig { statuses = List.copyOf(statuses); }
}
