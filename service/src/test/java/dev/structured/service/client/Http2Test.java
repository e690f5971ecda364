package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.Http2Server.Asked;
import dev.structured.service.config.Method;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and answers over HTTP/2: what a call is, and what breaks it and no other.
@Timeout(60)
class Http2Test {
    private static final HttpFields JSON = HttpFields.build().put("content-type", "application/json");

    /* --- Answers --- */

    @Test
    void calls_share_one_connection() throws Exception {
        Http2Rig.run(rig -> {
            for (int i = 0; i < 10; i++) assertEquals("/" + i + "?q=1", rig.echoed("/" + i + "?q=1"));
            assertEquals(1, rig.server.connections());
            // A stream ends after its answer has been given to the call.
            CancelTest.await(() -> rig.http.openConnections().getFirst().active() == 0);
            assertEquals(
                    List.of(new OpenConnections("scripted", "127.0.0.1", rig.server.url().getPort(), 0, 1)),
                    rig.http.openConnections());
            assertEquals(10, rig.observer.ended.size());
        });
    }

    /// RFC 9113, 8.2.1: with them the head is malformed, while HTTP/1.1 ignores them.
    @ParameterizedTest
    @CsvSource({"' padded\t', padded", "'caf\u00e9 \u2615', caf\u00e9", "'\r\n', ''", "' ', ''",
            "'a\tb c', a\tb c"})
    void blanks_at_the_ends_of_a_value_are_left_out(String value, String sent) throws Exception {
        Http2Rig.run(rig -> {
            Call call = new Call(Method.GET, "/", "/", Map.of("x-own", value), null, Set.of(), true, true);
            assertEquals(200, rig.downstream.call(call).status());
            Asked asked = rig.server.asked.getFirst();
            assertEquals(sent, String.valueOf(asked.header("x-own")));
            assertEquals("secret", asked.header("x-key"));
        }, "headers: {x-key: ' secret '}");
    }

    @Test
    void request_is_what_it_would_be_over_HTTP_1_1() throws Exception {
        Http2Rig.run(rig -> {
            Call call = new Call(Method.POST, "/p?x=1", "/p",
                    Map.of("x-own", "a\r\nb: c", "transfer-encoding", "chunked", "connection", "close"),
                    JsonNodeFactory.instance.objectNode().put("a", 1), Set.of("x-wanted"), "id-1",
                    Origin.NONE, false, false);
            rig.server.script = asked -> asked.body().then = () -> asked.head(204,
                    HttpFields.build().put("X-Wanted", "yes"), true);
            Reply reply = Timeouts.failAfter(Duration.ofSeconds(9), () -> rig.downstream.call(call));
            assertEquals(204, reply.status());
            assertTrue(reply.body().isNull());
            assertEquals(Map.of("x-wanted", "yes"), reply.headers());
            Asked asked = rig.server.asked.getFirst();
            assertEquals("POST", asked.head().getMethod());
            assertEquals("http", asked.head().getHttpURI().getScheme());
            assertEquals(rig.server.url().getAuthority(), asked.head().getHttpURI().getAuthority());
            assertEquals("/p?x=1", asked.path());
            assertEquals("application/json", asked.header("accept"));
            assertEquals("application/json", asked.header("content-type"));
            assertEquals("7", asked.header("content-length"));
            assertEquals("a  b: c", asked.header("x-own"));
            assertEquals("id-1", asked.header("x-request-id"));
            assertEquals("secret", asked.header("x-key"));
            assertNotNull(asked.header("user-agent"));
            assertTrue(Integer.parseInt(asked.header("x-envoy-expected-rq-timeout-ms")) <= 9_000);
            for (String name : List.of("host", "transfer-encoding", "connection"))
                assertNull(asked.header(name), name);
            assertEquals(7, asked.body().length.get());
        }, "headers: {x-key: secret}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void empty_answer_is_null(boolean announced) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.head(200,
                    announced ? HttpFields.build().put("content-length", "0") : HttpFields.EMPTY, true);
            assertTrue(rig.get("/empty").body().isNull());
        });
    }

    @Test
    void body_in_pieces_with_trailers_and_interim_answers() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> interim(asked, AnswerParser.MOST_INTERIM, () -> {
                asked.head(200, JSON, false, () -> inPieces(asked, "{\"path\":\"/pieces\"}"));
            });
            assertEquals("/pieces", rig.echoed("/pieces"));
        });
    }

    private static void interim(Asked asked, int left, Runnable then) {
        if (left == 0) then.run();
        else
            asked.head(103, HttpFields.EMPTY, false, () -> interim(asked, left - 1, then));
    }

    private static void inPieces(Asked asked, String body) {
        int id = asked.stream().getId();
        if (body.isEmpty()) {
            MetaData trailers = new MetaData(HttpVersion.HTTP_2, HttpFields.build().put("x-checksum", "1"));
            asked.stream().headers(new HeadersFrame(id, trailers, null, true), Callback.NOOP);
        } else {
            asked.stream().data(
                    new DataFrame(id, ByteBuffer.wrap(body.substring(0, 1).getBytes(UTF_8)), false),
                    Callback.from(() -> inPieces(asked, body.substring(1))));
        }
    }

    @Test
    void number_without_a_length_is_complete_because_its_end_is_marked() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.answer(200, "42");
            assertEquals(42, rig.get("/number").body().asInt());
        });
    }

    @Test
    void large_body_up_to_the_cap_is_read() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.answer(200, "{\"path\":\"" + "x".repeat(5_000_000) + "\"}");
            assertEquals(5_000_000, rig.echoed("/large").length());
        }, "maxBody: 6MiB");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 500})
    void body_over_the_cap_is_not_read(int status) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.head(status, JSON, false,
                    () -> asked.data(new byte[1_000_000], false));
            if (status == 200) fails(rig, ErrorType.BODY_TOO_LARGE, "larger than 65536 bytes");
            else
                assertEquals(500, rig.get("/large").status());
            CancelTest.await(() -> rig.server.resets.equals(List.of(ErrorCode.CANCEL_STREAM_ERROR.code)));
            stillWorks(rig);
        });
    }

    /* --- What breaks a rule fails its call, and no other --- */

    static void fails(Http2Rig rig, ErrorType type, String detail) {
        var thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
        assertEquals(type, thrown.type(), thrown::toString);
        assertTrue(thrown.getMessage().contains(detail), thrown::getMessage);
        assertEquals(type.label(), rig.observer.last().errorType());
    }

    static void stillWorks(Http2Rig rig) throws Exception {
        rig.server.script = Http2Server::echo;
        assertEquals("/next", rig.echoed("/next"));
        assertEquals(1, rig.server.connections());
    }

    private static void broken(ErrorType type, String detail, Consumer<Asked> script) throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = script;
            fails(rig, type, detail);
            stillWorks(rig);
        });
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = Mode.EXCLUDE, names = {"REFUSED_STREAM_ERROR",
            "HTTP_1_1_REQUIRED_ERROR"})
    void reset_before_the_answer(ErrorCode code) throws Exception {
        broken(ErrorType.RESET, code.name().toLowerCase(Locale.ROOT), asked -> asked.reset(code));
    }

    @Test
    void reset_within_the_body() throws Exception {
        broken(ErrorType.RESET, "internal_error", asked -> asked.head(200, JSON, false,
                () -> asked.data(new byte[]{'{'}, false, () -> asked.reset(ErrorCode.INTERNAL_ERROR))));
    }

    @Test
    void downstream_that_asks_for_HTTP_1_1() throws Exception {
        broken(ErrorType.PROTOCOL, "protocol: http/1.1",
                asked -> asked.reset(ErrorCode.HTTP_1_1_REQUIRED_ERROR));
    }

    @Test
    void head_over_the_cap() throws Exception {
        broken(ErrorType.HEADERS_TOO_LARGE, "8192", asked -> {
            asked.sendAnyHead();
            asked.head(200, HttpFields.build().put("x-long", "x".repeat(8_200)), true);
        });
    }

    /// Beyond some multiple of the cap there is no reading on, and all calls of the connection fail.
    @Test
    void endless_head_fails_the_connection() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> {
                asked.sendAnyHead();
                asked.head(200, HttpFields.build().put("x-long", "x".repeat(14_000)), true);
            };
            fails(rig, ErrorType.PROTOCOL, "not HTTP/2");
            rig.server.script = Http2Server::echo;
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.connections());
        }, "maxHeader: 1KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "30"})
    void body_of_another_length_than_its_head_says(String length) throws Exception {
        broken(ErrorType.INCOMPLETE, "as long", asked -> asked.head(200,
                HttpFields.build().put("content-length", length), false,
                () -> asked.data("{\"a\":1}".getBytes(UTF_8), true)));
    }

    /// Jetty's reset of such a stream ends on any thread: each time, the call fails.
    @Test
    void bodies_of_another_length_all_fail() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.script = asked -> asked.head(200, HttpFields.build().put("content-length", "30"),
                    false,
                    () -> asked.data("{\"a\":1}".getBytes(UTF_8), true));
            for (int i = 0; i < 1_000; i++) fails(rig, ErrorType.INCOMPLETE, "as long");
        });
    }

    @Test
    void no_body_though_its_head_announces_one() throws Exception {
        broken(ErrorType.INCOMPLETE, "shorter",
                asked -> asked.head(200, HttpFields.build().put("content-length", "30"), true));
    }

    @Test
    void endless_interim_answers() throws Exception {
        broken(ErrorType.PROTOCOL, "103", asked -> interim(asked, AnswerParser.MOST_INTERIM + 1, () -> {}));
    }

    @Test
    void switching_protocols() throws Exception {
        broken(ErrorType.PROTOCOL, "101", asked -> asked.head(101, HttpFields.EMPTY, false));
    }

    @Test
    void encoding_that_was_not_asked_for() throws Exception {
        broken(ErrorType.CONTENT_CODING, "br", asked -> asked.head(200,
                HttpFields.build().put("content-encoding", "br"), false,
                () -> asked.data(new byte[3], true)));
    }

    @Test
    void too_large_a_head_of_a_call_is_not_sent() throws Exception {
        Http2Rig.run(rig -> {
            Call call = new Call(Method.GET, "/", "/", Map.of("x-long", "x".repeat(RequestHead.MAX_BYTES)),
                    null,
                    Set.of(), false, false);
            var thrown = assertThrows(DownstreamException.class, () -> rig.downstream.call(call));
            assertEquals(ErrorType.BAD_PARAMETER, thrown.type());
            Call fits = new Call(Method.GET, "/", "/", Map.of("x-long", "x".repeat(20_000)), null, Set.of(),
                    false, false);
            // The server says that it takes 8 KiB; one that ignored it would end the connection.
            thrown = assertThrows(DownstreamException.class, () -> rig.downstream.call(fits));
            assertEquals(ErrorType.BAD_PARAMETER, thrown.type());
            stillWorks(rig);
        });
    }

    /* --- Requests with bodies --- */

    static Call post(int length) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("x", "x".repeat(length));
        return new Call(Method.POST, "/post", "/post", Map.of(), body, Set.of(), false, false);
    }

    /// RFC 9113, 8.1: the answer may come before the whole request, and the rest is then not wanted.
    @Test
    void answer_before_the_request_has_been_read_counts() throws Exception {
        Http2Server server = new Http2Server(null, factory -> factory.setInitialStreamRecvWindow(65_535));
        Http2Rig.run(server, rig -> {
            rig.server.readsBodies = false;
            rig.server.script = asked -> asked.head(200, JSON, false,
                    () -> asked.data("{\"path\":\"early\"}".getBytes(UTF_8), true,
                            () -> asked.reset(ErrorCode.NO_ERROR)));
            assertEquals("early", rig.downstream.call(post(500_000)).body().path("path").asText());
            rig.server.readsBodies = true;
            stillWorks(rig);
        });
    }

    @Test
    void answer_whose_request_nobody_reads_ends_the_request() throws Exception {
        Http2Server server = new Http2Server(null, factory -> factory.setInitialStreamRecvWindow(65_535));
        Http2Rig.run(server, rig -> {
            rig.server.readsBodies = false;
            rig.server.script = asked -> asked.answer(200, "{\"path\":\"early\"}");
            assertEquals("early", rig.downstream.call(post(500_000)).body().path("path").asText());
            CancelTest.await(() -> rig.server.resets.equals(List.of(ErrorCode.NO_ERROR.code)));
            rig.server.readsBodies = true;
            stillWorks(rig);
        });
    }

    @Test
    void large_request_goes_through_a_small_window() throws Exception {
        Http2Server server = new Http2Server(null, factory -> {
            factory.setInitialStreamRecvWindow(100);
            factory.setInitialSessionRecvWindow(70_000);
        });
        Http2Rig.run(server, rig -> {
            rig.server.script = asked -> {};
            var task = rig.nursery.startSoon("post", () -> rig.downstream.call(post(20_000)));
            CancelTest.await(() -> rig.server.requests() == 1 && rig.server.asked.getFirst().body().complete);
            assertEquals(20_008, rig.server.asked.getFirst().body().length.get());
            rig.server.asked.getFirst().answer(200, "{\"a\":1}");
            assertEquals(200, task.await().status());
        });
    }

    @Test
    void request_that_nobody_reads_ends_with_its_deadline_and_holds_up_no_other() throws Exception {
        Http2Rig.run(rig -> {
            rig.server.readsBodies = false;
            rig.server.script = asked -> {
                if (asked.path().equals("/next")) Http2Server.echo(asked);
            };
            CancelTest.Attempt post = CancelTest.call(rig.nursery, () -> rig.downstream.call(post(60_000)));
            CancelTest.await(() -> rig.server.requests() == 1);
            assertEquals("/next", rig.echoed("/next"));
            post.scope().cancel("test");
            post.task().await();
            CancelTest.await(() -> rig.server.streams() == 0);
            stillWorks(rig);
        });
    }
}
