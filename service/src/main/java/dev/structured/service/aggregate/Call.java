package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.Method;
import dev.structured.service.record.AttemptRecorder;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A call of a downstream.
///
/// @param method the HTTP method
/// @param path the path and query as they are sent: encoded, beginning with `/`
/// @param template the path before its variables were filled in; used as a metric label, so it holds no
///     client's value
/// @param headers the headers that are sent besides the downstream's own; names in lower case, values valid
///     on the wire
/// @param body the JSON body; null for none
/// @param wanted the names of the answer's headers that the caller reads, in lower case
/// @param requestId the id of the request that the call is made for, which is sent too; two calls that differ
///     only in it are equal calls. Null for none
/// @param origin where that request came from; two calls that differ only in it are equal calls
/// @param mayRetry whether the call may be sent again after a failure
/// @param mayHedge whether the call may be sent a second time while the first is in flight
/// @param tried the endpoints that its attempts went to; null for a call that is one attempt
/// @param attempt is told what becomes of this attempt; null if nobody wants to know
public record Call(Method method, String path, String template, Map<String, String> headers,
        @Nullable JsonNode body, Set<String> wanted, @Nullable String requestId, Origin origin,
        boolean mayRetry, boolean mayHedge, @Nullable Tried tried,
        @Nullable AttemptRecorder attempt) {

    public Call {
        headers = Map.copyOf(headers);
        wanted = Set.copyOf(wanted);
    }

    /// Makes a call of which no attempt was made.
    public Call(Method method, String path, String template, Map<String, String> headers,
            @Nullable JsonNode body, Set<String> wanted, @Nullable String requestId, Origin origin,
            boolean mayRetry, boolean mayHedge) {
        this(method, path, template, headers, body, wanted, requestId, origin, mayRetry, mayHedge, null,
                null);
    }

    /// Makes a call that belongs to no request.
    public Call(Method method, String path, String template, Map<String, String> headers,
            @Nullable JsonNode body,
            Set<String> wanted, boolean mayRetry, boolean mayHedge) {
        this(method, path, template, headers, body, wanted, null, Origin.NONE, mayRetry, mayHedge);
    }

    /// Returns a GET without headers or body, which may be retried and hedged.
    public static Call get(String path, String template) {
        return new Call(Method.GET, path, template, Map.of(), null, Set.of(), null, Origin.NONE, true, true);
    }

    /// Returns this call as one of which several attempts may be made, each at another endpoint.
    public Call tracked() {
        return new Call(method, path, template, headers, body, wanted, requestId, origin, mayRetry, mayHedge,
                new Tried(), attempt);
    }

    /// Returns this call as one whose attempt is recorded there.
    public Call recordedBy(@Nullable AttemptRecorder recorder) {
        if (recorder == attempt) return this;
        return new Call(method, path, template, headers, body, wanted, requestId, origin, mayRetry, mayHedge,
                tried, recorder);
    }

    /// Returns true if it is made with credentials, so that its answer may be for one client only.
    public boolean hasCredentials() {
        return !headers.isEmpty() && (headers.containsKey("authorization") || headers.containsKey("cookie"));
    }
}
