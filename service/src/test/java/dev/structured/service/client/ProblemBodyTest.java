package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Action.Ending;
import dev.structured.service.demo.Action.Raw;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The body of a failure is read only as a problem, if the call wants it, and up to its limit.
@Timeout(60)
class ProblemBodyTest {
    private static final DownstreamConfig PLAIN = Rig.with("encodings: []", "maxBody: 64KiB");
    private static final String PROBLEM = "application/problem+json";

    private static Action answer(int status, String type, String body) {
        return new Raw("HTTP/1.1 " + status + " .\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body, Ending.KEEP);
    }

    private static Call call(boolean wanted) {
        return new Call(Method.GET, "/fault", "/fault", Map.of(), null,
                wanted ? Set.of(Call.WANTS_PROBLEM) : Set.of(), true, true);
    }

    private static void assertRead(String expected, boolean wanted, Action action) {
        Rig.run(PLAIN, Rig.faulty(action), rig -> {
            Reply reply = rig.downstream.call(call(wanted));
            assertEquals(expected, reply.body().toString());
            assertEquals("/next", rig.echoed("/next"), "the connection is used again");
            assertEquals(1, rig.server.acceptedConnections());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            409 | application/problem+json                | true  | {"title":"T"} | {"title":"T"}
            500 | Application/Problem+JSON; charset=utf-8 | true  | {"title":"T"} | {"title":"T"}
            409 | application/problem+json                | false | {"title":"T"} | ``
            409 | application/json                        | true  | {"title":"T"} | ``
            409 | text/html                               | true  | <html>        | ``
            409 | application/problem+json                | true  | {"title"      | ``
            409 | application/problem+json                | true  | {"a":1,"a":2} | ``
            """)
    void problem_is_read_where_it_is_wanted(int status, String type, boolean wanted, String body,
            String expected) {
        assertRead(expected, wanted, answer(status, type, body));
    }

    @Test
    void problem_beyond_its_limit_is_not_read() {
        assertRead("", true, answer(409, PROBLEM, "{\"title\":\"" + "x".repeat(17_000) + "\"}"));
    }

    @Test
    void problem_up_to_its_limit_is_read() {
        Rig.run(PLAIN, Rig.faulty(answer(409, PROBLEM, "{\"title\":\"" + "x".repeat(16_000) + "\"}")),
                rig -> {
                    Reply reply = rig.downstream.call(call(true));
                    assertEquals(16_000, reply.body().path("title").asText().length());
                    assertTrue(reply.headers().get("content-type").startsWith(PROBLEM));
                });
    }
}
