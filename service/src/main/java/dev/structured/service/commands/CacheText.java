package dev.structured.service.commands;

import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.CacheDirective;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Describes the effect of a cache of answers, in sentences.
final class CacheText {
    private CacheText() {}

    static List<String> of(CacheConfig cache) {
        List<String> lines = new ArrayList<>();
        lines.add("keeps up to " + Words.size(cache.sizeBytes()) + " of answers as their Cache-Control says, "
                + (cache.freshFor().isZero() ? "and no others" : "others for " + Words.time(cache.freshFor()))
                + (cache.staleFor().isZero()
                        ? ""
                        : "; after that for " + Words.time(cache.staleFor()) + " where a call fails"));
        lines.add(
                "asks whether a kept answer is still the present one, where it has an ETag or Last-Modified");
        if (!cache.staleWhileRevalidate().isZero()) {
            lines.add("gives a kept answer at once for " + Words.time(cache.staleWhileRevalidate())
                    + " more, while one call in the background asks for it again");
        }
        if (cache.shared()) {
            lines.add(
                    "shares its answers with the other replicas in the store, where they outlive a restart");
        }
        if (!cache.ignore().isEmpty()) {
            lines.add("ignores what answers say by "
                    + cache.ignore().stream().map(CacheDirective::word).collect(Collectors.joining(", ")));
        }
        return lines;
    }
}
