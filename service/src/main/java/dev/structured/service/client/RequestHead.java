package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Validators;
import dev.structured.service.client.FieldSink.Prepared;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Encoding;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.Method;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Writes the requests to one downstream.
///
/// The parts that are the same in every call are encoded once. A call cannot set a name that the downstream's
/// configuration sets: it may be a secret that a client must not replace.
final class RequestHead {
    /// The largest head that is sent, in bytes.
    static final int MAX_BYTES = 64 * 1024;

    private static final String ACCEPT = "accept";
    private static final String CONTENT_TYPE = "content-type";
    private static final String USER_AGENT = "user-agent";
    private static final String REQUEST_ID = "X-Request-Id";

    private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(ISO_8859_1);

    /// More than the path and the fields of most calls.
    private static final int USUAL_BYTES = 256;
    /// gRPC allows eight digits.
    private static final long MOST_OF_A_UNIT = 99_999_999;

    /// The line of `Host`, which HTTP/2 has in another place.
    private final byte[] host;
    /// The fields of the configuration.
    private final Prepared own;
    /// The same fields without `Accept-Encoding`: a request that is passed on has the client's.
    private final Prepared ownPassedOn;
    /// The fields that a call may replace, by name. Absent where the configuration has its own.
    private final Map<String, HttpField> replaceable;
    /// The replaceable fields, for a call that replaces none.
    private final Prepared usual;
    private final List<DeadlineHeader> deadlines;
    private final OriginFields originFields;
    private final long marginNanos;
    /// The names that a call cannot set.
    private final Set<String> ours = new HashSet<>();
    /// The same, as a downstream may read them.
    private final Set<String> oursAsRead;

    /// @param host the value of `Host`
    RequestHead(DownstreamConfig config, String host) {
        this.host = new Prepared(List.of(new HttpField(HttpHeader.HOST, host))).lines;
        List<HttpField> fields = own(config);
        this.own = new Prepared(fields);
        this.ownPassedOn = new Prepared(fields.stream()
                .filter(each -> each.getHeader() != HttpHeader.ACCEPT_ENCODING).toList());
        this.replaceable = replaceable(config);
        this.usual = new Prepared(List.copyOf(replaceable.values()));
        this.originFields = new OriginFields(config.send());
        ours.addAll(config.send().names());
        this.deadlines = config.deadlineHeaders();
        deadlines.forEach(each -> ours.add(each.headerName()));
        this.oursAsRead = ours.stream().map(HeaderPolicy::read).collect(Collectors.toUnmodifiableSet());
        this.marginNanos = config.deadlineMargin().toNanos();
    }

    private List<HttpField> own(DownstreamConfig config) {
        List<HttpField> fields = new ArrayList<>();
        config.headers().forEach((name, value) -> {
            if (!HeaderPolicy.mayBeSent(name)) return;
            fields.add(new HttpField(name, HeadBuffer.value(value.text())));
            ours.add(name);
        });
        if (!config.encodings().isEmpty()) {
            fields.add(new HttpField(HttpHeader.ACCEPT_ENCODING, config.encodings().stream()
                    .map(Encoding::label).collect(Collectors.joining(", "))));
        }
        if (config.send().via()) fields.add(new HttpField(HttpHeader.VIA, "1.1 structured"));
        return fields;
    }

    private static Map<String, HttpField> replaceable(DownstreamConfig config) {
        Map<String, HttpField> fields = new LinkedHashMap<>();
        fields.put(ACCEPT, new HttpField(HttpHeader.ACCEPT, "application/json"));
        if (config.send().userAgent()) {
            fields.put(USER_AGENT, new HttpField(HttpHeader.USER_AGENT, userAgent()));
        }
        fields.keySet().removeAll(config.headers().keySet());
        return fields;
    }

    private static String userAgent() {
        String version = RequestHead.class.getPackage().getImplementationVersion();
        return version == null ? "structured-service" : "structured-service/" + version;
    }

    /// Returns the whole request of a call for HTTP/1.1, head and body; only the head of a request that is
    /// passed on. The remaining time is read now, so call this just before the request is sent.
    ///
    /// @param target the path and query for the first line
    /// @param body null for none
    /// @throws DownstreamException if the head is larger than [#MAX_BYTES]
    ByteBuffer write(Call call, String target, byte @Nullable [] body) throws DownstreamException {
        Passage passage = call.passage();
        HeadBuffer head = new HeadBuffer((passage == null ? 1 : 2) * USUAL_BYTES + target.length()
                + own.lines.length + (body == null ? 0 : body.length));
        head.add(call.methodName()).add(" ").add(target).add(VERSION).add(host);
        if (passage == null) writeFields(call, body, head);
        else
            writePassedOn(call, passage, head);
        head.endLine();
        checkSize(head.length());
        return (body == null ? head : head.add(body)).toByteBuffer();
    }

    /// Returns the fields of a call for HTTP/2. The time that is left is read now.
    ///
    /// @param body null for none
    HttpFields fields(Call call, byte @Nullable [] body) {
        FieldList fields = new FieldList();
        writeFields(call, body, fields);
        return fields.all();
    }

    /// Checks the size of a head.
    ///
    /// @throws DownstreamException if it is larger than [#MAX_BYTES]
    static void checkSize(int bytes) throws DownstreamException {
        if (bytes <= MAX_BYTES) return;
        throw new DownstreamException(ErrorType.BAD_PARAMETER,
                "The call's head is larger than " + MAX_BYTES + " bytes", null);
    }

    private void writeFields(Call call, byte @Nullable [] body, FieldSink head) {
        head.fields(own);
        writeReplaceable(head, call.headers());
        if (call.requestId() != null) head.field(REQUEST_ID, call.requestId());
        originFields.write(call.origin(), call.attempt(), head);
        call.headers().forEach((name, value) -> {
            if (!ours.contains(name) && HeaderPolicy.mayBeSent(name)) head.field(name, value);
        });
        if (call.validators() != null) writeConditions(call.validators(), head);
        if (!deadlines.isEmpty()) writeDeadlines(head);
        if (body != null) writeBodyFields(head, call, body.length);
        else if (call.method().mayHaveBody()) head.field("Content-Length", "0");
    }

    private void writePassedOn(Call call, Passage passage, FieldSink head) {
        head.fields(ownPassedOn);
        if (call.requestId() != null) head.field(REQUEST_ID, call.requestId());
        originFields.write(call.origin(), call.attempt(), head);
        for (HeaderField each : passage.fields()) {
            if (!oursAsRead.contains(HeaderPolicy.read(each.name()))) head.field(each.name(), each.value());
        }
        if (!deadlines.isEmpty()) writeDeadlines(head);
        // Servers expect a body with some methods: without a length some answer 411 (RFC 9110, 8.6).
        boolean none = passage.length() == 0 && Method.mayHaveBody(passage.method());
        if (none || passage.length() > 0) head.field("Content-Length", Long.toString(passage.length()));
        if (passage.length() < 0) head.field("Transfer-Encoding", "chunked");
    }

    private static void writeConditions(Validators kept, FieldSink head) {
        if (kept.etag() != null) head.field("If-None-Match", kept.etag());
        if (kept.lastModified() != null) head.field("If-Modified-Since", kept.lastModified());
    }

    private static void writeBodyFields(FieldSink head, Call call, int length) {
        if (!call.headers().containsKey(CONTENT_TYPE)) head.field("Content-Type", "application/json");
        head.field("Content-Length", Integer.toString(length));
    }

    private void writeReplaceable(FieldSink head, Map<String, String> headers) {
        if (headers.isEmpty()) {
            head.fields(usual);
        } else {
            replaceable.forEach((name, field) -> {
                if (!headers.containsKey(name)) head.field(field.getName(), field.getValue());
            });
        }
    }

    private void writeDeadlines(FieldSink head) {
        Deadline deadline = Checkpoints.effectiveDeadline();
        if (deadline.isNever()) return;
        Duration left = deadline.remaining().minusNanos(marginNanos);
        long millis = Math.max(1, left.toMillis());
        for (DeadlineHeader each : deadlines) {
            head.field(each.headerName(),
                    each == DeadlineHeader.GRPC_TIMEOUT ? grpc(millis) : Long.toString(millis));
        }
    }

    /// Returns a time in gRPC's form: at most eight digits, and a unit.
    static String grpc(long millis) {
        if (millis <= MOST_OF_A_UNIT) return millis + "m";
        long seconds = millis / 1_000;
        return seconds <= MOST_OF_A_UNIT ? seconds + "S" : Math.min(seconds / 3_600, MOST_OF_A_UNIT) + "H";
    }
}
