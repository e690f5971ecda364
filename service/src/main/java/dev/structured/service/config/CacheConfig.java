package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;

/// Keeping answers.
///
/// @param sizeBytes how much is kept; the least useful goes first
/// @param freshFor how long an answer that says nothing about it may be used instead of asking again
/// @param staleFor how much longer an answer may stand in for a failed call (`onFailure: stale`)
public record CacheConfig(
        @Key(name = "size", type = SizeInBytes.class, preset = "16MiB", min = "64KiB", max = "1024MiB", says = "How much is kept.") int sizeBytes,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "How long an answer without "
                + "Cache-Control may be used instead of asking again.") Duration freshFor,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "How much longer an answer may stand "
                + "in for a failed call, where a part has 'onFailure: stale'.") Duration staleFor) {}
