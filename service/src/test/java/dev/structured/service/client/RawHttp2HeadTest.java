package dev.structured.service.client;

import static dev.structured.service.client.RawHttp2Server.CONTINUATION;
import static dev.structured.service.client.RawHttp2Server.DATA;
import static dev.structured.service.client.RawHttp2Server.END_HEADERS;
import static dev.structured.service.client.RawHttp2Server.END_STREAM;
import static dev.structured.service.client.RawHttp2Server.HEADERS;
import static dev.structured.service.client.RawHttp2Server.joined;
import static dev.structured.service.client.RawHttp2Server.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads of answers over HTTP/2 that break a rule: they fail their own call, and no other of the connection.
@Timeout(60)
class RawHttp2HeadTest {
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MOST_FRAME_BYTES = 16 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"a b=c", "a:b=c", "\u00e9=c", "a\0=c", ":foo=c", "a(b=c", "a=b\0c", "a=b\nc",
            "keep-alive=timeout=5", "proxy-connection=keep-alive", "upgrade=h2c"})
    void malformed_field_fails_its_call_and_no_other(String field) throws Exception {
        int equals = field.indexOf('=');
        byte[] head = status(200, field.substring(0, equals), field.substring(equals + 1));
        assertFails(ErrorType.PROTOCOL, head);
    }

    /// The limit is 8 KiB; up to eight times as much is read, so that the connection goes on.
    @ParameterizedTest
    @CsvSource({"9000", "16000", "20000", "40000", "60000"})
    void head_over_the_limit_fails_its_call_and_no_other(int bytes) throws Exception {
        assertFails(ErrorType.HEADERS_TOO_LARGE, status(200, "x", "x".repeat(bytes)));
    }

    private static void assertFails(ErrorType type, byte[] head) throws Exception {
        RawHttp2Test.run((server, downstream) -> {
            server.script = (connection, stream) -> {
                send(connection, stream, head);
                connection.send(DATA, END_STREAM, stream, EMPTY);
            };
            var thrown = assertThrows(DownstreamException.class, () -> RawHttp2Test.get(downstream));
            assertEquals(type, thrown.type(), thrown::toString);
            RawHttp2Test.assertWell(server, downstream);
            assertEquals(1, server.connections.get(), "the others on the connection go on");
        });
    }

    /// Sends a head in as many frames as it needs.
    private static void send(RawHttp2Server.Connection connection, int stream, byte[] head)
            throws IOException {
        for (int from = 0; from < head.length; from += MOST_FRAME_BYTES) {
            int to = Math.min(head.length, from + MOST_FRAME_BYTES);
            connection.send(from == 0 ? HEADERS : CONTINUATION, to == head.length ? END_HEADERS : 0, stream,
                    joined(Arrays.copyOfRange(head, from, to)));
        }
    }
}
