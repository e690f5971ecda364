package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.time.Duration;

/// Asking endpoints how they are.
///
/// @param path what each endpoint is asked for
/// @param interval the time from one question to the next
/// @param timeout the longest time that an answer may take
/// @param unhealthyAfter so many bad answers in a row, and the endpoint gets no calls
/// @param healthyAfter so many good answers in a row, and it gets calls again
@Shorthand("path")
public record HealthCheckConfig(
        @Key(type = PlainPath.class, fix = "add e.g. 'path: /health'", says = "What each endpoint is asked for, by GET; it may have a query.") String path,
        @Key(preset = "5s", min = "100ms", max = "10min", says = "The time from one question to the next.") Duration interval,
        @Key(preset = "1s", min = "1ms", max = "1min", says = "The longest time that an answer may take.") Duration timeout,
        @Key(preset = "3", min = "1", max = "100", says = "So many bad answers in a row, and the endpoint gets no calls.") int unhealthyAfter,
        @Key(preset = "2", min = "1", max = "100", says = "So many good answers in a row, and it gets calls again.") int healthyAfter) {}
