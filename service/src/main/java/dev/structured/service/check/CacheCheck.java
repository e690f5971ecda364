package dev.structured.service.check;

import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.CacheDirective;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.SendConfig;
import dev.structured.service.yaml.SourceMap;
import org.jspecify.annotations.Nullable;

/// Checks what the cache of a downstream ignores.
record CacheCheck(DownstreamConfig downstream, CacheConfig cache, SourceMap places) {

    void check() {
        if (!places.isSound(cache, "freshFor", "staleWhileRevalidate", "staleFor", "ignore")) return;
        for (CacheDirective each : cache.ignore()) {
            String why = whyNot(each);
            if (why != null) {
                places.report(cache, "ignore", "names '" + each.word() + "', " + why);
            }
        }
    }

    private @Nullable String whyNot(CacheDirective directive) {
        boolean refreshes = !cache.staleWhileRevalidate().isZero();
        boolean stale = refreshes || !cache.staleFor().isZero();
        return switch (directive) {
            case MUST_REVALIDATE, PROXY_REVALIDATE -> stale
                    ? null
                    : "which has no effect: without 'staleFor' and 'staleWhileRevalidate' no stale answer is "
                            + "used; add one of them, or remove it";
            case STALE_IF_ERROR -> cache.staleFor().isZero()
                    ? "which has no effect without 'staleFor'; add e.g. 'staleFor: 10min', or remove it"
                    : null;
            case STALE_WHILE_REVALIDATE -> refreshes
                    ? null
                    : "which has no effect without 'staleWhileRevalidate'; add e.g. "
                            + "'staleWhileRevalidate: 10s', or remove it";
            case MAX_AGE -> cache.freshFor().isZero()
                    ? "so no answer would be fresh: 'freshFor' counts instead, and is 0; add e.g. "
                            + "'freshFor: 10s', or remove it"
                    : null;
            case PRIVATE, VARY, AUTHORIZATION -> tellsWhoAsks()
                    ? "but 'send' tells the downstream who asks and no key of a kept answer does: one client "
                            + "would get another's answer; remove it, or 'send: {forwarded: …}'"
                    : null;
            case NO_STORE, NO_CACHE -> null;
        };
    }

    private boolean tellsWhoAsks() {
        return places.isSound(downstream, "send")
                && downstream.send().forwarded() != SendConfig.Forwarded.OFF;
    }
}
