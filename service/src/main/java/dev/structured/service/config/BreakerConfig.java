package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;

/// A circuit breaker: closed while the downstream works, open when too many calls failed, half-open to try
/// again.
///
/// @param failureRate the share of failures among the last calls that opens it
/// @param window the number of last calls that count
/// @param minCalls the least number of calls before it may open
/// @param openFor the time that it stays open before trial calls
/// @param trialCalls the number of trial calls
public record BreakerConfig(
        @Key(preset = "50%", says = "The share of failures among the last calls that opens it.") Percentage failureRate,
        @Key(preset = "100", min = "1", max = "10000", says = "The number of last calls that count.") int window,
        @Key(preset = "20", min = "1", max = "10000", says = "The least number of calls before it may open.") int minCalls,
        @Key(preset = "5s", min = "1ms", max = "10min", says = "The time that it stays open before trial calls.") Duration openFor,
        @Key(preset = "5", min = "1", max = "1000", says = "The number of trial calls.") int trialCalls) {}
