package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// The answer of a downstream.
///
/// The body may be shared with a cache and with callers of equal calls, so it must not be changed.
///
/// @param status the HTTP status
/// @param body the JSON body of a 2xx answer, which [SplicedJson] may not have read; of any other the problem
///     (RFC 9457) if the call wants it, otherwise a missing node
/// @param headers the headers that the call asked for; names in lower case. Several fields of one name are
///     joined by commas, those of `Set-Cookie` in the way of [SetCookies]
/// @param freshness how long the answer may be reused
/// @param terms the answer's terms for caches; [CacheTerms#NONE] if no cache will read them
public record Reply(int status, JsonNode body, Map<String, String> headers, Freshness freshness,
        CacheTerms terms) {
    private static final int NOT_MODIFIED = 304;

    public Reply { headers = Map.copyOf(headers); }

    /// Makes an answer without terms for caches.
    public Reply(int status, JsonNode body, Map<String, String> headers, Freshness freshness) {
        this(status, body, headers, freshness, CacheTerms.NONE);
    }

    /// @param status the HTTP status
    /// @param body the JSON body of a 2xx answer; a missing node for any other status
    public Reply(int status, JsonNode body) {
        this(status, body, Map.of(), Freshness.UNKNOWN);
    }

    /// Returns true if the status is 2xx.
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /// Returns true if the status is 304: the version that the call's [validators][Call#validators] name is
    /// still current.
    public boolean isNotModified() {
        return status == NOT_MODIFIED;
    }
}
