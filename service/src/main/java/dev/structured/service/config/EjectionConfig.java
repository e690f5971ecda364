package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;

/// When an endpoint is left alone, and for how long. Half of the endpoints at most are left alone: where more
/// of them fail, the whole downstream is in trouble, and all are asked.
///
/// @param failures so many failed calls in a row eject an endpoint
/// @param failureRate it is also ejected when its share of failed calls is so much higher than that of the
///     others
/// @param base how long the first time
/// @param max the longest time
public record EjectionConfig(
        @Key(preset = "5", min = "1", max = "1000", says = "So many failed calls in a row eject an endpoint.") int failures,
        @Key(preset = "30%", says = "An endpoint is also ejected when its share of failed calls, of the last 64, is so much "
                + "higher than that of the others.") Percentage failureRate,
        @Key(preset = "10s", min = "1ms", max = "60min", says = "How long an endpoint is left alone the first time; each time soon "
                + "after that is twice as long.") Duration base,
        @Key(preset = "5min", min = "1ms", max = "60min", says = "The longest time that an endpoint is left alone.") Duration max) {}
