package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Locale;

/// A rule of an answer about its reuse that a file can have a cache ignore (RFC 9111, RFC 5861). Its word is
/// its name in HTTP.
public enum CacheDirective {
    /// The answer must not be kept.
    NO_STORE,
    /// The answer must be asked for again before each use.
    NO_CACHE,
    /// The answer is for one client.
    PRIVATE,
    /// The answer to a call with credentials, which is kept only if it says that it may be.
    AUTHORIZATION,
    /// `Vary: *`, and `Vary` by what calls tell of their request.
    VARY,
    /// How long the answer is fresh: `max-age`, `s-maxage` and `Expires`.
    MAX_AGE,
    /// The answer must not be used when it is stale, even if the call fails.
    MUST_REVALIDATE,
    /// The same, for caches that serve many; `s-maxage` says it too.
    PROXY_REVALIDATE,
    /// How long the answer may replace that of a failed call.
    STALE_IF_ERROR,
    /// How long the answer may be used while it is asked for again.
    STALE_WHILE_REVALIDATE;

    /// How they are written.
    public static final ChoiceType<CacheDirective> TYPE = ChoiceType.of(CacheDirective.class,
            CacheDirective::word);

    /// Returns its name in HTTP, e.g. `must-revalidate`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
