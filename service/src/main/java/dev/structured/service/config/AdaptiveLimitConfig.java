package dev.structured.service.config;

import dev.structured.service.yaml.Key;

/// A limit of the calls at once that follows the downstream's latency.
///
/// @param min it never goes below this
/// @param start where it begins
public record AdaptiveLimitConfig(
        @Key(preset = "2", min = "1", max = "10000", says = "The limit never goes below this.") int min,
        @Key(preset = "16", min = "1", max = "10000", says = "Where the limit begins.") int start) {}
