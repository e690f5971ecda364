package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// The answer of a downstream.
///
/// The body may be shared with a cache and with callers of equal calls, so it must not be changed.
///
/// @param status the HTTP status
/// @param body the JSON body of a 2xx answer; of any other the problem (RFC 9457) if the call wants it,
///     otherwise a missing node
/// @param headers the headers that the call asked for; names in lower case, several of one name joined by
///     commas, and those of `Set-Cookie` as [SetCookies] does
/// @param freshness how long the answer may be reused
/// @param terms what the answer says to a cache; [CacheTerms#NONE] also if no cache is to read it
public record Reply(int status, JsonNode body, Map<String, String> headers, Freshness freshness,
        CacheTerms terms) {
    private static final int NOT_MODIFIED = 304;

    public Reply { headers = Map.copyOf(headers); }

    /// Makes an answer whose terms say no more than its freshness.
    public Reply(int status, JsonNode body, Map<String, String> headers, Freshness freshness) {
        this(status, body, headers, freshness, CacheTerms.of(freshness));
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

    /// Returns true if the status is 304: the version that the call has [validators][Call#validators] of is
    /// still the present one.
    public boolean isNotModified() {
        return status == NOT_MODIFIED;
    }
}
