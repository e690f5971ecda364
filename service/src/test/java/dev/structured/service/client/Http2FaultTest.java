package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.Http2Server.Asked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What [FaultTest] holds for HTTP/1.1, over HTTP/2, as far as it exists there: an answer that breaks a rule
/// fails its call, and the next one has its own answer.
@Timeout(60)
class Http2FaultTest {
    private static final HttpFields JSON = HttpFields.build().put("content-type", "application/json");
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource
    void each_fault_has_its_own_type_and_the_next_call_is_answered(String name, Consumer<Asked> fault,
            ErrorType type) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = fault;
            var thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            assertEquals(type, thrown.type(), thrown::toString);
            assertEquals(type.label(), rig.observer.last().errorType());
            assertEquals(1, rig.server.requests(), "nothing is ever sent twice");
            Http2Test.stillWorks(rig);
        }, "encodings: [gzip]");
    }

    static Stream<Arguments> each_fault_has_its_own_type_and_the_next_call_is_answered() throws IOException {
        return Stream.of(
                fault("two lengths", ErrorType.PROTOCOL,
                        asked -> asked.head(200,
                                HttpFields.build().add("content-length", "3").add("content-length", "2"),
                                false, () -> asked.data("{}".getBytes(UTF_8), true))),
                fault("bad JSON", ErrorType.INVALID_JSON, body(JSON, "{\"a\": oops}")),
                fault("name twice", ErrorType.INVALID_JSON, body(JSON, "{\"a\":1,\"a\":2}")),
                fault("NaN", ErrorType.INVALID_JSON, body(JSON, "NaN")),
                fault("byte order mark", ErrorType.INVALID_JSON, body(JSON, "\ufeff{}")),
                fault("other charset", ErrorType.INVALID_JSON, body(
                        HttpFields.build().put("content-type", "application/json; charset=ISO-8859-1"),
                        "{}")),
                fault("blank body", ErrorType.INVALID_JSON, body(JSON, " ")),
                fault("nested deep", ErrorType.INVALID_JSON, body(JSON, "[".repeat(10_000))),
                fault("long number", ErrorType.INVALID_JSON, body(JSON, "9".repeat(10_000))),
                fault("bomb", ErrorType.BODY_TOO_LARGE, asked -> asked.head(200,
                        HttpFields.build().put("content-encoding", "gzip"), false,
                        () -> asked.data(BOMB, true))),
                fault("headers without end", ErrorType.HEADERS_TOO_LARGE, asked -> {
                    HttpFields.Mutable many = HttpFields.build();
                    for (int i = 0; i < 1_000; i++) many.add("x-" + i, "more");
                    asked.sendAnyHead();
                    asked.head(200, many, true);
                }),
                fault("a part that nobody asked for", ErrorType.INCOMPLETE, asked -> asked.head(206,
                        HttpFields.build().put("content-range", "bytes 0-6/700"), false,
                        () -> asked.data("{\"a\":1}".getBytes(UTF_8), true))));
    }

    private static final byte[] BOMB = bomb();

    private static byte[] bomb() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream encoder = new GZIPOutputStream(out)) {
            encoder.write(("\"" + "x".repeat(8_000_000) + "\"").getBytes(ISO_8859_1));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    private static Arguments fault(String name, ErrorType type, Consumer<Asked> script) {
        return arguments(name, script, type);
    }

    private static Consumer<Asked> body(HttpFields head, String body) {
        return asked -> asked.head(200, head, false, () -> asked.data(body.getBytes(UTF_8), true));
    }

    @ParameterizedTest
    @CsvSource({"302, /fault", "301, http://169.254.169.254/", "307, file:///etc/passwd"})
    void redirect_is_not_followed(int status, String location) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.head(status, HttpFields.build().put("location", location),
                    true);
            assertEquals(status, rig.get("/fault").status());
            assertEquals(1, rig.server.requests());
            Http2Test.stillWorks(rig);
        });
    }

    /// Frames that answer nothing are an error of their stream or of the connection. They never answer a
    /// call, unless they have the number of a call that begins in the same moment: such a frame cannot be
    /// told from an answer that the downstream gives early.
    @ParameterizedTest
    @CsvSource({"behind the answer, 0", "before the next call, 2", "for a call far ahead, 200"})
    void surplus_frames_never_answer_another_call(String name, int ahead) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {
                if (asked.path().equals("/fault")) answerAndMore(asked, ahead);
                else
                    Http2Server.echo(asked);
            };
            assertEquals("/fault", rig.echoed("/fault"));
            int answered = 0;
            for (int i = 0; i < 20; i++) {
                try {
                    String path = rig.echoed("/next" + i);
                    boolean early = ahead == 2 && i == 0 && path.equals("/stray");
                    if (!early) assertEquals("/next" + i, path);
                    answered++;
                } catch (DownstreamException e) {
                    // The call was in flight when the connection failed because of the surplus.
                    assertTrue(e.type() == ErrorType.RESET || e.type() == ErrorType.PROTOCOL, e::toString);
                }
            }
            assertTrue(answered >= 19, "answered: " + answered);
        });
    }

    private static void answerAndMore(Asked asked, int ahead) {
        int stream = asked.stream().getId() + ahead;
        ByteBuffer stray = ByteBuffer.allocate(200);
        // 0x88 is ":status: 200" in HPACK's static table.
        frame(stray, HEADERS, END_HEADERS, stream, new byte[]{(byte) 0x88});
        frame(stray, DATA, END_STREAM, stream, "{\"path\":\"/stray\"}".getBytes(UTF_8));
        stray.flip();
        asked.head(200, JSON, false, () -> asked.data("{\"path\":\"/fault\"}".getBytes(UTF_8), true,
                () -> ((HTTP2Session) asked.stream().getSession()).getEndPoint().write(Callback.NOOP,
                        stray)));
    }

    private static void frame(ByteBuffer to, int type, int flags, int stream, byte[] payload) {
        to.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
    }
}
