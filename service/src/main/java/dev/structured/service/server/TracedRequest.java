package dev.structured.service.server;

import dev.structured.service.record.Recorder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that has ended, with the facts for its span.
///
/// @param recorder the record of its parts; it has a trace
/// @param method as the client sent it
/// @param scheme `http` or `https`
/// @param route the path template of the route; null without one
/// @param path as the client sent it, without the query
/// @param query as the client sent it; null for none, or if it must not be shown
/// @param host the host that the client named
/// @param port its port
/// @param address the client's address
/// @param version the version of HTTP, such as `1.1`
/// @param status the status of the answer
/// @param errorType the reason of a failure, as in metrics; null for none
/// @param outcome the outcome, as in the log line
/// @param missing the missing parts, as in the log line
public record TracedRequest(Recorder recorder, String method, String scheme, @Nullable String route,
        String path, @Nullable String query, String host, int port, String address, String version,
        int status, @Nullable String errorType, String outcome, List<String> missing) {
    public TracedRequest { missing = List.copyOf(missing); }
}
