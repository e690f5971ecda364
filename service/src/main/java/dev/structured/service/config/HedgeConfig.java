package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;

/// Hedges: further attempts beside one that is late, of which the first answer is used.
///
/// @param after the time after which an attempt is late
/// @param attempts the greatest number of attempts at once for one call
@Shorthand("after")
public record HedgeConfig(
        @Key(preset = "p95", says = "The time after which an attempt is late: a percentile of recent latencies such as p95, or a time such as 30ms.") HedgeDelay after,
        @Key(preset = "2", min = "2", max = "5", says = "The greatest number of attempts at once for one call.") int attempts) {}
