package dev.structured.service.client;

import static dev.structured.service.client.RawHttp2Server.DATA;
import static dev.structured.service.client.RawHttp2Server.END_HEADERS;
import static dev.structured.service.client.RawHttp2Server.HEADERS;
import static dev.structured.service.client.RawHttp2Server.RESET;
import static dev.structured.service.client.RawHttp2Server.numbers;
import static dev.structured.service.client.RawHttp2Server.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.Rig.Over;
import dev.structured.service.config.Method;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers whose head says all, before bodies that do not end, or are cut short.
@Timeout(60)
class DecidedAnswerTest {
    private static final List<String> KEYS = List.of("encodings: []");
    private static final String PROBLEM = "Content-Type: application/problem+json\r\n";

    private static Action answer(Ending ending, String head, String body) {
        return new Raw("HTTP/1.1 " + head + "\r\n" + body, ending);
    }

    private static Reply called(Downstream downstream) throws Exception {
        Call call = new Call(Method.GET, "/fault", "/fault", Map.of(), null, Set.of(Call.WANTS_PROBLEM), true,
                true);
        return Timeouts.failAfter(Duration.ofSeconds(20), () -> downstream.call(call));
    }

    private static void assertAnswered(Over over, int status, String body, Action action) {
        Rig.run(over, KEYS, Rig.faulty(action), rig -> {
            Reply reply = called(rig.downstream);
            assertEquals(status, reply.status());
            assertEquals(body, reply.body().toString());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.acceptedConnections(), "the rest answers no other call");
        });
    }

    @ParameterizedTest
    @EnumSource(Over.class)
    void body_without_an_end_is_not_waited_for(Over over) {
        assertAnswered(over, 500, "", answer(Ending.HANG, "500 .\r\n", "some text"));
        assertAnswered(over, 404, "", answer(Ending.HANG, "404 .\r\n", ""));
        assertAnswered(over, 302, "", answer(Ending.HANG, "302 .\r\nLocation: /\r\n", ""));
        assertAnswered(over, 205, "null", answer(Ending.HANG, "205 .\r\n", ""));
        assertAnswered(over, 503, "", answer(Ending.HANG, "503 .\r\nContent-Length: 9\r\n", "some"));
        assertAnswered(over, 503, "",
                answer(Ending.HANG, "503 .\r\nTransfer-Encoding: chunked\r\n", "4\r\nsome\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, CLOSE", "PLAIN, RESET", "TLS, CLOSE"})
    void status_counts_although_the_body_is_cut_short(Over over, Ending ending) {
        assertAnswered(over, 404, "", answer(ending, "404 .\r\nContent-Length: 9\r\n", "some"));
        assertAnswered(over, 404, "",
                answer(ending, "404 .\r\nTransfer-Encoding: chunked\r\n", "4\r\nsome\r\n"));
    }

    /// JSON shows that it is whole where the end is not marked.
    @ParameterizedTest
    @EnumSource(Over.class)
    void problem_without_an_end_is_read_if_it_is_whole(Over over) {
        assertAnswered(over, 409, "{\"title\":\"T\"}",
                answer(Ending.HANG, "409 .\r\n" + PROBLEM, "{\"title\":\"T\"}"));
        assertAnswered(over, 409, "", answer(Ending.HANG, "409 .\r\n" + PROBLEM, "{\"title\":"));
        assertAnswered(over, 409, "",
                answer(Ending.HANG, "409 .\r\n" + PROBLEM + "Content-Length: 14\r\n", "{\"title\":\"T\"}"));
    }

    /// RFC 9112, 6.3: such answers end with their heads.
    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void head_alone_keeps_the_connection(int status) {
        Rig.run(Over.PLAIN, KEYS, Rig.faulty(answer(Ending.KEEP, status + " .\r\n", "")), rig -> {
            assertEquals(status, called(rig.downstream).status());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(1, rig.server.acceptedConnections());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 302, 404, 500})
    void stream_without_an_end_is_reset(int status) throws Exception {
        RawHttp2Test.run((server, downstream) -> {
            server.script = (connection, stream) -> connection.send(HEADERS, END_HEADERS, stream,
                    status(status));
            assertEquals(status, called(downstream).status());
            // On a machine that stalls for a second, a PING may come too.
            CancelTest.await(() -> resets(server).size() == 1);
            assertEquals(ErrorCode.CANCEL_STREAM_ERROR.code, resets(server).getFirst().number(0));
            RawHttp2Test.assertWell(server, downstream);
            assertEquals(1, server.connections.get());
        });
    }

    private static List<RawHttp2Server.Frame> resets(RawHttp2Server server) {
        return server.received.stream().filter(each -> each.type() == RESET).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void status_counts_although_the_stream_is_cut_short(boolean connectionToo) throws Exception {
        RawHttp2Test.run((server, downstream) -> {
            server.script = (connection, stream) -> {
                connection.send(HEADERS, END_HEADERS, stream, status(404));
                connection.send(DATA, 0, stream, "some".getBytes(ISO_8859_1));
                if (connectionToo) connection.close();
                else
                    connection.send(RESET, 0, stream, numbers(ErrorCode.INTERNAL_ERROR.code));
            };
            assertEquals(404, called(downstream).status());
            RawHttp2Test.assertWell(server, downstream);
        });
    }

    @Test
    void wait_ends_before_the_deadline() {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            scheduler.run("test", () -> {
                Duration most = ClientExchange.patience();
                Timeouts.failAfter(most, () -> assertEquals(most.dividedBy(2), ClientExchange.patience()));
                Timeouts.failAfter(most.multipliedBy(3), () -> assertEquals(most, ClientExchange.patience()));
                assertTrue(most.isPositive());
            });
        }
    }
}
