package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.Method;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is asked of a downstream.
///
/// @param method the HTTP method
/// @param path the path and query as they go on the wire: encoded, beginning with `/`
/// @param template the path before its variables were filled in; a metric label, never a value of a client
/// @param headers what is sent beside the downstream's own headers; names in lower case, values fit for the wire
/// @param body the JSON that is sent; null for none
/// @param wanted the names of the answer's headers that the caller reads, in lower case
/// @param requestId the id of the request that it is made for, which is sent too; it makes no other call of it. Null for
///     none
/// @param mayRetry whether it may be sent again when it failed
/// @param mayHedge whether it may be sent a second time while the first is under way
public record Call(Method method, String path, String template, Map<String, String> headers,
        @Nullable JsonNode body, Set<String> wanted, @Nullable String requestId, boolean mayRetry,
        boolean mayHedge) {

    public Call {
        headers = Map.copyOf(headers);
        wanted = Set.copyOf(wanted);
    }

    /// A call for no request.
    public Call(Method method, String path, String template, Map<String, String> headers,
            @Nullable JsonNode body,
            Set<String> wanted, boolean mayRetry, boolean mayHedge) {
        this(method, path, template, headers, body, wanted, null, mayRetry, mayHedge);
    }

    /// Returns a GET without headers, which may be repeated.
    public static Call get(String path, String template) {
        return new Call(Method.GET, path, template, Map.of(), null, Set.of(), null, true, true);
    }

    /// Returns true if it is made with credentials, so that its answer may be for one client only.
    public boolean hasCredentials() {
        return !headers.isEmpty() && (headers.containsKey("authorization") || headers.containsKey("cookie"));
    }
}
