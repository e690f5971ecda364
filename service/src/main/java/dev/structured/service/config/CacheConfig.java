package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;

/// The cache of a downstream's answers.
///
/// @param sizeBytes the size; the least useful answers are removed first
/// @param freshFor the time that an answer without `Cache-Control` replaces calls
/// @param staleFor the time after that in which it may replace the answer to a failed call (`onFailure:
///     stale`)
public record CacheConfig(
        @Key(name = "size", type = SizeInBytes.class, preset = "16MiB", min = "64KiB", max = "1024MiB", says = "The size of the cache.") int sizeBytes,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The time that an answer without Cache-Control replaces calls.") Duration freshFor,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The time after that in which it may replace the answer to a failed call, for parts with 'onFailure: stale'.") Duration staleFor) {}
