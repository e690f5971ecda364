package dev.structured.service.config;

import dev.structured.service.yaml.Key;

/// A limit of the calls at once that follows the downstream's latency.
///
/// @param min the lowest limit
/// @param start the first limit
public record AdaptiveLimitConfig(
        @Key(preset = "2", min = "1", max = "10000", says = "The lowest limit.") int min,
        @Key(preset = "16", min = "1", max = "10000", says = "The first limit.") int start) {}
