package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.SizeInBytes;
import java.time.Duration;
import java.util.List;

/// The cache of a downstream's answers.
///
/// @param sizeBytes the size; the least useful answers are removed first
/// @param freshFor the time that an answer without `Cache-Control` replaces calls
/// @param staleWhileRevalidate the longest time after that in which an answer is given at once, while it is
///     asked for again in the background
/// @param staleFor the longest time after the fresh one in which it may replace the answer to a failed call
///     (`onFailure: stale`)
/// @param ignore what answers say that does not count
/// @param shared whether replicas share the answers
public record CacheConfig(
        @Key(name = "size", type = SizeInBytes.class, preset = "16MiB", min = "64KiB", max = "1024MiB", says = "The size of the cache.") int sizeBytes,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The time that an answer without Cache-Control replaces calls.") Duration freshFor,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The longest time after that in which it is given at once, while one call in the background asks for it again. The answer's own stale-while-revalidate may be shorter.") Duration staleWhileRevalidate,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The longest time after it was fresh in which it may replace the answer to a failed call, for parts with 'onFailure: stale'. The answer's own stale-if-error may be shorter.") Duration staleFor,
        @Key(max = "10", each = "directive", says = "What answers say about their reuse that does not count; the answer is then used against the downstream's word.") List<CacheDirective> ignore,
        @Key(preset = "false", says = "Whether replicas share the answers in 'store', where they also outlive a restart; each has its own while that cannot be reached.") boolean shared) {

    public CacheConfig { ignore = List.copyOf(ignore); }

    /// Returns true if what answers say in this way counts.
    public boolean obeys(CacheDirective directive) {
        return !ignore.contains(directive);
    }
}
