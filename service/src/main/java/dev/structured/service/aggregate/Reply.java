package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// What a downstream answered.
///
/// The body is shared: by callers of equal calls, by a cache. Nobody changes it.
///
/// @param status the HTTP status
/// @param body the JSON body of a 2xx answer; a missing node for any other status
/// @param headers those of the answer's headers that the call wanted; names in lower case
/// @param freshness how long the answer may be used
public record Reply(int status, JsonNode body, Map<String, String> headers, Freshness freshness) {

    public Reply { headers = Map.copyOf(headers); }

    /// @param status the HTTP status
    /// @param body the JSON body of a 2xx answer; a missing node for any other status
    public Reply(int status, JsonNode body) {
        this(status, body, Map.of(), Freshness.UNKNOWN);
    }

    /// Returns true for a 2xx.
    public boolean isSuccess() {
        return status / 100 == 2;
    }
}
