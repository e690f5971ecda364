package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Encoding;
import dev.structured.service.config.HeaderPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes the requests to one downstream.
///
/// What is the same for every call is encoded once. A name that the downstream's configuration sets cannot be
/// set by a call: it may be a secret that no client is to replace.
final class RequestHead {
    /// The largest head that is sent, in bytes.
    static final int MAX_BYTES = 64 * 1024;

    private static final String ACCEPT = "accept";
    private static final String CONTENT_TYPE = "content-type";
    private static final String USER_AGENT = "user-agent";

    private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
    private static final byte[] REQUEST_ID = bytes("X-Request-Id: ");
    private static final byte[] JSON = bytes("Content-Type: application/json\r\n");
    private static final byte[] LENGTH = bytes("Content-Length: ");
    private static final byte[] COLON = bytes(": ");
    private static final byte[] END_OF_LINE = bytes("\r\n");

    /// More than the path and the fields of most calls.
    private static final int USUAL_BYTES = 256;
    /// gRPC allows eight digits.
    private static final long MOST_OF_A_UNIT = 99_999_999;

    /// The line of `Host`, and those of the configuration.
    private final byte[] own;
    /// The lines that a call may replace, by name. Absent where the configuration has its own.
    private final Map<String, byte[]> replaceable;
    /// The replaceable lines, for a call that replaces none.
    private final byte[] usual;
    private final DeadlineHeader[] deadlines;
    private final byte[][] deadlineNames;
    private final long marginNanos;
    /// The names that a call cannot set.
    private final Set<String> ours = new HashSet<>();

    /// @param host the value of `Host`
    RequestHead(DownstreamConfig config, String host) {
        StringBuilder lines = new StringBuilder(line("Host", host));
        config.headers().forEach((name, value) -> {
            if (!HeaderPolicy.mayBeSent(name)) return;
            lines.append(line(name, value.text()));
            ours.add(name);
        });
        if (!config.encodings().isEmpty()) {
            lines.append(line("Accept-Encoding", config.encodings().stream().map(Encoding::token)
                    .collect(Collectors.joining(", "))));
        }
        own = bytes(lines.toString());
        replaceable = replaceable(config.headers().keySet());
        usual = joined(replaceable);
        deadlines = config.deadlineHeaders().toArray(DeadlineHeader[]::new);
        deadlineNames = config.deadlineHeaders().stream().map(each -> bytes(each.headerName() + ": "))
                .toArray(byte[][]::new);
        config.deadlineHeaders().forEach(each -> ours.add(each.headerName()));
        marginNanos = config.deadlineMargin().toNanos();
    }

    private static Map<String, byte[]> replaceable(Set<String> configured) {
        Map<String, byte[]> lines = new HashMap<>();
        lines.put(ACCEPT, bytes(line("Accept", "application/json")));
        lines.put(USER_AGENT, bytes(line("User-Agent", userAgent())));
        lines.keySet().removeAll(configured);
        return lines;
    }

    private static byte[] joined(Map<String, byte[]> lines) {
        HeadBuffer buffer = new HeadBuffer(USUAL_BYTES);
        lines.values().forEach(buffer::add);
        return buffer.toByteArray();
    }

    private static String userAgent() {
        String version = RequestHead.class.getPackage().getImplementationVersion();
        return version == null ? "structured-service" : "structured-service/" + version;
    }

    private static String line(String name, String value) {
        return name + ": " + value + "\r\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /// Returns the whole request of a call, head and body. The time that is left is read now, so this is for
    /// the moment before it is sent.
    ///
    /// @param target the path and query for the first line
    /// @param body null for none
    /// @throws DownstreamException if the head is larger than [#MAX_BYTES]
    ByteBuffer write(Call call, String target, byte @Nullable [] body) throws DownstreamException {
        HeadBuffer head = new HeadBuffer(USUAL_BYTES + target.length() + own.length
                + (body == null ? 0 : body.length));
        head.add(call.method().name()).add(" ").add(target).add(VERSION).add(own);
        writeReplaceable(head, call.headers());
        if (call.requestId() != null) head.add(REQUEST_ID).add(call.requestId()).add(END_OF_LINE);
        call.headers().forEach((name, value) -> {
            if (!ours.contains(name) && HeaderPolicy.mayBeSent(name)) {
                head.add(name).add(COLON).add(value).add(END_OF_LINE);
            }
        });
        if (deadlines.length > 0) writeDeadlines(head);
        if (body != null) writeBodyFields(head, call, body.length);
        head.add(END_OF_LINE);
        if (head.length() > MAX_BYTES) {
            throw new DownstreamException(ErrorType.PROTOCOL,
                    "The call's head is larger than " + MAX_BYTES + " bytes", null);
        }
        return (body == null ? head : head.add(body)).toByteBuffer();
    }

    private static void writeBodyFields(HeadBuffer head, Call call, int length) {
        if (!call.headers().containsKey(CONTENT_TYPE)) head.add(JSON);
        head.add(LENGTH).add(length).add(END_OF_LINE);
    }

    private void writeReplaceable(HeadBuffer head, Map<String, String> headers) {
        if (headers.isEmpty()) {
            head.add(usual);
        } else {
            replaceable.forEach((name, line) -> {
                if (!headers.containsKey(name)) head.add(line);
            });
        }
    }

    private void writeDeadlines(HeadBuffer head) {
        Deadline deadline = Checkpoints.effectiveDeadline();
        if (deadline.isNever()) return;
        Duration left = deadline.remaining().minusNanos(marginNanos);
        long millis = Math.max(1, left.toMillis());
        for (int i = 0; i < deadlines.length; i++) {
            head.add(deadlineNames[i]);
            if (deadlines[i] == DeadlineHeader.GRPC_TIMEOUT) head.add(grpc(millis));
            else
                head.add(millis);
            head.add(END_OF_LINE);
        }
    }

    /// Returns a time as gRPC writes it: at most eight digits, and a unit.
    static String grpc(long millis) {
        if (millis <= MOST_OF_A_UNIT) return millis + "m";
        long seconds = millis / 1_000;
        return seconds <= MOST_OF_A_UNIT ? seconds + "S" : Math.min(seconds / 3_600, MOST_OF_A_UNIT) + "H";
    }
}
