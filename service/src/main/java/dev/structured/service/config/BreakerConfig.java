package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;

/// A circuit breaker: closed while the downstream works, open when too many calls failed, half-open to try
/// again.
///
/// @param failureRate it opens when at least this share of the last calls failed
/// @param window how many last calls count
/// @param minCalls it does not open before so many calls
/// @param openFor how long it stays open before it lets calls try
/// @param trialCalls how many calls may try then
public record BreakerConfig(
        @Key(preset = "50%", says = "It opens when at least this share of the last calls failed.") Percentage failureRate,
        @Key(preset = "100", min = "1", max = "10000", says = "How many last calls count.") int window,
        @Key(preset = "20", min = "1", max = "10000", says = "It does not open before so many calls.") int minCalls,
        @Key(preset = "5s", min = "1ms", max = "10min", says = "How long it stays open before it lets "
                + "calls try again.") Duration openFor,
        @Key(preset = "5", min = "1", max = "1000", says = "How many calls may try then.") int trialCalls) {}
