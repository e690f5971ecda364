package dev.structured.service.client;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.DownstreamConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/// What the head of each request to one downstream holds besides its first line, `Host` and the length of a body.
///
/// What is the same for every call is encoded once. A name that the downstream's configuration sets cannot be set by a
/// call: it may be a secret that no client is to replace.
final class RequestHead {
    /*
     * They say how a message is framed, which is the client's business alone, or ask for an answer that is not read here.
     * No route may pass them on.
     */
    private static final Set<String> NEVER = Set.of("host", "connection", "content-length", "content-type",
            "transfer-encoding", "te", "trailer", "upgrade", "keep-alive", "proxy-connection",
            "proxy-authorization", "expect", "accept-encoding", "range",
            "x-request-id");
    private static final String REQUEST_ID = "X-Request-Id";
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.ACCEPT, "application/json");

    /// gRPC allows eight digits.
    private static final long MOST_OF_A_UNIT = 99_999_999;

    /// Null when the configuration has an `accept` of its own.
    private final @Nullable HttpField accept;
    /// The configuration's.
    private final HttpField[] own;
    private final DeadlineHeader[] deadlines;
    private final String[] deadlineNames;
    private final long marginNanos;
    /// The names that a call cannot set.
    private final Set<String> ours = new HashSet<>(NEVER);

    RequestHead(DownstreamConfig config) {
        accept = config.headers().containsKey("accept") ? null : JSON;
        List<HttpField> fields = new ArrayList<>();
        config.headers().forEach((name, value) -> {
            if (NEVER.contains(name)) return;
            fields.add(new PreEncodedHttpField(HttpHeader.CACHE.get(name), name, value.text()));
            ours.add(name);
        });
        own = fields.toArray(HttpField[]::new);
        deadlines = config.deadlineHeaders().toArray(DeadlineHeader[]::new);
        deadlineNames = config.deadlineHeaders().stream().map(DeadlineHeader::headerName)
                .toArray(String[]::new);
        ours.addAll(List.of(deadlineNames));
        marginNanos = config.deadlineMargin().toNanos();
    }

    /// Adds the fields of a call. The time that is left is read now, so this is for the moment before it is sent.
    void write(HttpFields.Mutable fields, Call call) {
        if (accept != null) fields.add(accept);
        if (call.requestId() != null) fields.add(REQUEST_ID, call.requestId());
        for (HttpField field : own) fields.put(field);
        Map<String, String> headers = call.headers();
        if (!headers.isEmpty()) headers.forEach((name, value) -> {
            if (!ours.contains(name)) fields.put(name, value);
        });
        if (deadlines.length > 0) writeDeadlines(fields);
    }

    private void writeDeadlines(HttpFields.Mutable fields) {
        if (Checkpoints.effectiveDeadline() == Long.MAX_VALUE) return;
        Duration left = Checkpoints.remaining().minusNanos(marginNanos);
        long millis = Math.max(1, left.toMillis());
        for (int i = 0; i < deadlines.length; i++) {
            fields.put(deadlineNames[i], deadlines[i] == DeadlineHeader.GRPC_TIMEOUT
                    ? grpc(millis)
                    : Long.toString(millis));
        }
    }

    /// Returns a time as gRPC writes it: at most eight digits, and a unit.
    static String grpc(long millis) {
        if (millis <= MOST_OF_A_UNIT) return millis + "m";
        long seconds = millis / 1_000;
        return seconds <= MOST_OF_A_UNIT ? seconds + "S" : Math.min(seconds / 3_600, MOST_OF_A_UNIT) + "H";
    }
}
