package dev.structured.service.client;

import static dev.structured.service.client.Rig.faulty;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.structured.service.aggregate.AnswerMemory;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.config.Method;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.service.demo.BrokenAnswers;
import dev.structured.service.demo.Faults;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FaultTest {
    private static final Answer ANSWER = Answer.json(200, "{\"answer\": 42}");
    private static final String HEAD = "HTTP/1.1 200 .\r\n";
    private static final Call WHOLE = new Call(Method.GET, "/fault", "/template", Map.of(), null, Set.of(),
            null,
            Origin.NONE, true, true, null, null, null, AnswerMemory.UNLIMITED, true, null);

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource
    void each_fault_has_its_own_type_and_the_next_call_is_answered(String name, Action fault, ErrorType type,
            Integer status) {
        Rig.run(faulty(fault), rig -> {
            DownstreamException thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            assertEquals(type, thrown.type(), thrown::toString);
            assertEquals(type.label(), rig.observer.last().errorType());
            assertEquals(status, rig.observer.last().status());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.observer.started.get());
            assertEquals(2, rig.observer.ended.size());
            assertEquals(2, rig.server.requests(), "nothing is ever sent twice");
        });
    }

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource("each_fault_has_its_own_type_and_the_next_call_is_answered")
    void each_fault_is_the_same_for_a_call_whose_answer_nobody_reads(String name, Action fault,
            ErrorType type,
            Integer status) {
        Rig.run(_ -> fault, rig -> {
            DownstreamException read = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            DownstreamException whole = assertThrows(DownstreamException.class,
                    () -> rig.downstream.call(WHOLE));
            assertEquals(type, whole.type(), whole::toString);
            assertEquals(read.getMessage(), whole.getMessage());
            assertEquals(status, rig.observer.last().status());
        });
    }

    @ParameterizedTest(name = "{0} is {2}")
    @MethodSource("each_fault_has_its_own_type_and_the_next_call_is_answered")
    void each_fault_has_the_same_type_over_TLS(String name, Action fault, ErrorType type, Integer status) {
        Rig.run(Over.TLS, List.of(), faulty(fault), rig -> {
            DownstreamException thrown = assertThrows(DownstreamException.class, () -> rig.get("/fault"));
            // The relay says goodbye in the place of a reset.
            ErrorType told = name.equals("reset in the body") ? ErrorType.INCOMPLETE : type;
            assertEquals(told, thrown.type(), thrown::toString);
            assertEquals(status, rig.observer.last().status());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.requests(), "nothing is ever sent twice");
        });
    }

    static Stream<Arguments> each_fault_has_its_own_type_and_the_next_call_is_answered() {
        return Stream.of(
                arguments("reset before the head", Faults.reset(), ErrorType.RESET, null),
                arguments("reset in the body", BrokenAnswers.resetInBody(ANSWER), ErrorType.RESET, 200),
                arguments("close before the head", Faults.close(), ErrorType.RESET, null),
                arguments("close in the head", BrokenAnswers.closeInHead(), ErrorType.INCOMPLETE, 200),
                arguments("length too long", Faults.truncated(ANSWER), ErrorType.INCOMPLETE, 200),
                arguments("chunks without an end", BrokenAnswers.chunksWithoutEnd(), ErrorType.INCOMPLETE,
                        200),
                arguments("number without a marked end", raw("\r\n12"), ErrorType.INCOMPLETE, 200),
                arguments("length and chunked", BrokenAnswers.lengthAndChunked(), ErrorType.PROTOCOL, 200),
                arguments("HTTP/2.0 in the status line",
                        new Raw("HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", Ending.KEEP),
                        ErrorType.PROTOCOL,
                        null),
                arguments("two lengths", BrokenAnswers.twoLengths(), ErrorType.PROTOCOL, 200),
                arguments("bad chunk", BrokenAnswers.badChunk(), ErrorType.PROTOCOL, 200),
                arguments("no HTTP", BrokenAnswers.noHttp(), ErrorType.PROTOCOL, null),
                arguments("garbage in the head", raw("no colon here\r\n\r\n"), ErrorType.PROTOCOL, 200),
                arguments("unknown transfer encoding", raw("Transfer-Encoding: rot13\r\n\r\n{}"),
                        ErrorType.PROTOCOL, 200),
                arguments("compressed", raw("Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
                        ErrorType.CONTENT_CODING, 200),
                arguments("a part that nobody asked for",
                        new Raw("HTTP/1.1 206 .\r\nContent-Range: bytes 0-6/700\r\nContent-Length: 7\r\n"
                                + "\r\n{\"a\":1}",
                                Ending.KEEP),
                        ErrorType.INCOMPLETE, 206),
                arguments("nothing, without a marked end", raw("\r\n"), ErrorType.INCOMPLETE, 200),
                arguments("endless 1xx", BrokenAnswers.endlessInterim(), ErrorType.PROTOCOL, null),
                arguments("switching protocols",
                        new Raw("HTTP/1.1 101 .\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                                Ending.HANG),
                        ErrorType.PROTOCOL, null),
                arguments("endless header", BrokenAnswers.hugeHeader(), ErrorType.HEADERS_TOO_LARGE, 200),
                arguments("endless headers", BrokenAnswers.manyHeaders(), ErrorType.HEADERS_TOO_LARGE, 200),
                arguments("endless body", Faults.hugeBody(), ErrorType.BODY_TOO_LARGE, 200),
                arguments("body announced too large", new Raw(ANSWER.head(1L << 40), Ending.HANG),
                        ErrorType.BODY_TOO_LARGE, 200),
                arguments("bad JSON", Faults.badJson(), ErrorType.INVALID_JSON, 200),
                arguments("HTML", new Answer(200, Map.of("Content-Type", "text/html"), "<p>Hello"),
                        ErrorType.INVALID_JSON, 200),
                arguments("other charset",
                        new Answer(200, Map.of("Content-Type", "application/json; charset=ISO-8859-1"), "{}"),
                        ErrorType.INVALID_JSON, 200),
                arguments("blank body", Answer.json(200, " "), ErrorType.INVALID_JSON, 200));
    }

    private static Action raw(String rest) {
        return new Raw(HEAD + rest, Ending.CLOSE);
    }

    @ParameterizedTest
    @MethodSource
    void answer_that_says_it_is_empty_is_null(String name, Action action, int status) {
        Rig.run(faulty(action), rig -> {
            var reply = rig.get("/fault");
            assertEquals(status, reply.status());
            assertTrue(reply.body().isNull());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(null, rig.observer.ended.getFirst().errorType());
        });
    }

    static Stream<Arguments> answer_that_says_it_is_empty_is_null() {
        return Stream.of(
                arguments("empty body", Answer.json(200, ""), 200),
                arguments("no chunks",
                        new Raw("HTTP/1.1 200 .\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                Ending.KEEP),
                        200),
                arguments("no content", new Raw("HTTP/1.1 204 .\r\n\r\n", Ending.KEEP), 204),
                arguments("no content, of a length and an encoding",
                        new Raw("HTTP/1.1 204 .\r\nContent-Length: 2\r\nContent-Encoding: br\r\n\r\n",
                                Ending.KEEP),
                        204),
                arguments("no content, and some",
                        new Raw("HTTP/1.1 204 .\r\nContent-Length: 2\r\n\r\n{}", Ending.KEEP), 204),
                arguments("reset content, without a marked end",
                        new Raw("HTTP/1.1 205 .\r\n\r\n", Ending.CLOSE), 205),
                arguments("reset content",
                        new Raw("HTTP/1.1 205 .\r\nContent-Length: 0\r\n\r\n", Ending.KEEP),
                        205),
                arguments("reset content, of an encoding",
                        new Raw("HTTP/1.1 205 .\r\nContent-Length: 0\r\nContent-Encoding: br\r\n\r\n",
                                Ending.KEEP),
                        205),
                arguments("reset content, of which there is too much",
                        new Raw("HTTP/1.1 205 .\r\nContent-Length: 99999999\r\n\r\n{}", Ending.CLOSE), 205),
                arguments("empty body of an encoding",
                        new Raw("HTTP/1.1 200 .\r\nContent-Length: 0\r\nContent-Encoding: br\r\n\r\n",
                                Ending.KEEP),
                        200));
    }

    @ParameterizedTest
    @MethodSource
    void any_other_status_is_a_reply_without_a_body(String name, Action action, int status) {
        Rig.run(faulty(action), rig -> {
            var reply = rig.get("/fault");
            assertEquals(status, reply.status());
            assertTrue(reply.body().isMissingNode());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.requests(), "nothing is ever followed or sent twice");
            assertEquals(null, rig.observer.ended.getFirst().errorType());
        });
    }

    @ParameterizedTest
    @MethodSource("any_other_status_is_a_reply_without_a_body")
    void any_other_status_is_the_same_over_TLS(String name, Action action, int status) {
        Rig.run(Over.TLS, List.of(), faulty(action), rig -> {
            assertEquals(status, rig.get("/fault").status());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.requests(), "nothing is ever followed or sent twice");
        });
    }

    static Stream<Arguments> any_other_status_is_a_reply_without_a_body() {
        return Stream.of(
                arguments("error", Answer.json(500, "{\"oops\": true}"), 500),
                arguments("not found, in HTML", new Answer(404, Map.of("Content-Type", "text/html"), "<p>no"),
                        404),
                arguments("redirect", BrokenAnswers.redirect("/elsewhere"), 302),
                arguments("redirect to another host", BrokenAnswers.redirect("http://169.254.169.254/"), 302),
                arguments("redirect to a file", BrokenAnswers.redirect("file:///etc/passwd"), 302),
                arguments("redirect to itself", BrokenAnswers.redirect("/fault"), 302),
                arguments("asks for a password",
                        new Answer(401, Map.of("WWW-Authenticate", "Basic realm=\"x\""), ""), 401),
                arguments("not modified", new Raw("HTTP/1.1 304 .\r\n\r\n", Ending.KEEP), 304),
                arguments("endless error page",
                        new Action.Endless("HTTP/1.1 503 .\r\n\r\n", "no ".repeat(1000)), 503));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "true", "null"})
    void value_that_shows_its_end_is_whole_when_the_connection_ends(String json) {
        Rig.run(faulty(raw("\r\n" + json)), rig -> {
            assertEquals(json, rig.get("/fault").body().toString());
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    @ParameterizedTest
    @MethodSource
    void what_is_unusual_but_right_is_understood(String name, Action action) {
        Rig.run(faulty(action), rig -> {
            assertEquals("{\"answer\":42}", rig.get("/fault").body().toString());
            assertEquals("{\"answer\":42}", rig.downstream.call(WHOLE).body().toString());
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    static Stream<Arguments> what_is_unusual_but_right_is_understood() {
        String body = "{\"answer\":42}";
        String chunks = "3\r\n{\"a\r\nA;x=y\r\nnswer\":42}\r\n0\r\nT: t\r\n\r\n";
        return Stream.of(
                arguments("a few 1xx",
                        new Raw("HTTP/1.1 103 .\r\nContent-Encoding: gzip\r\n\r\n"
                                .repeat(AnswerParser.MOST_INTERIM)
                                + ANSWER.head() + ANSWER.bytes(), Ending.KEEP)),
                arguments("chunks", raw("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)),
                arguments("an object without a marked end", raw("\r\n" + body)),
                arguments("HTTP/1.0",
                        new Raw("HTTP/1.0 200 OK\r\nContent-Length: 13\r\n\r\n" + body, Ending.CLOSE)),
                arguments("a media type of its own",
                        new Answer(201, Map.of("Content-Type", "text/plain; charset=UTF-8"), body)),
                arguments("a cookie", new Answer(200, Map.of("Set-Cookie", "a=b"), body)));
    }
}
