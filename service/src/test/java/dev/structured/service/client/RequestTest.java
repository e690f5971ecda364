package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.Faults;
import dev.structured.service.demo.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What goes over the wire for a call, and what of the answer comes back.
@Timeout(60)
class RequestTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final List<Request> seen = new CopyOnWriteArrayList<>();

    private Action echo(Request request) {
        seen.add(request);
        return Rig.echo(request);
    }

    private static Call call(Method method, @Nullable JsonNode body) {
        return new Call(method, "/do", "/do", Map.of(), body, Set.of(), false, false);
    }

    private static Call with(Map<String, String> headers, String... wanted) {
        return new Call(Method.GET, "/get", "/get", headers, null, Set.of(wanted), true, true);
    }

    @Test
    void id_of_the_request_goes_with_each_of_its_calls_and_no_header_replaces_it() {
        Rig.run(this::echo, rig -> {
            rig.downstream.call(new Call(Method.GET, "/get", "/get", Map.of("x-request-id", "evil"), null,
                    Set.of(), "r-7", Origin.NONE, true, true));
            rig.downstream.call(Call.get("/get", "/get"));
            assertEquals(Arrays.asList("r-7", null),
                    seen.stream().map(each -> each.header("x-request-id")).toList());
        });
    }

    @ParameterizedTest
    @EnumSource
    void method_and_body_go_over_the_wire(Method method) {
        Rig.run(this::echo, rig -> {
            JsonNode body = method.mayHaveBody() ? JSON.objectNode().put("name", "Žluťoučký €") : null;
            assertEquals("/do", rig.downstream.call(call(method, body)).body().path("path").asText());
            assertEquals("/next", rig.echoed("/next"));
            Request request = seen.getFirst();
            assertEquals(method.name(), request.method());
            String sent = new String(request.body().getBytes(StandardCharsets.ISO_8859_1),
                    StandardCharsets.UTF_8);
            assertEquals(body == null ? "" : body.toString(), sent);
            assertEquals(body == null ? null : "application/json", request.header("content-type"));
            if (body != null) {
                assertEquals(String.valueOf(request.body().length()), request.header("content-length"));
            }
            assertEquals("application/json", request.header("accept"));
            assertEquals(method.name(), rig.observer.ended.getFirst().method());
            assertEquals(2, rig.server.requests());
        });
    }

    /// Some servers answer 411 to a POST that does not say that it has no body.
    @ParameterizedTest
    @EnumSource
    void request_without_a_body_says_so_where_one_is_expected(Method method) {
        Rig.run(this::echo, rig -> {
            rig.downstream.call(call(method, null));
            assertEquals(method.mayHaveBody() ? "0" : null, seen.getFirst().header("content-length"));
            assertNull(seen.getFirst().header("content-type"));
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    @Test
    void type_that_a_part_gives_its_body_is_sent() {
        Rig.run(this::echo, rig -> {
            String type = "application/merge-patch+json";
            rig.downstream.call(new Call(Method.PATCH, "/do", "/do", Map.of("content-type", type),
                    JSON.objectNode(), Set.of(), null, Origin.NONE, true, true));
            assertEquals(type, seen.getFirst().header("content-type"));
            assertEquals("2", seen.getFirst().header("content-length"));
        });
    }

    @Test
    void body_of_a_GET_is_misuse() {
        Rig.run(this::echo, rig -> {
            Call call = call(Method.GET, JSON.objectNode());
            assertThrows(IllegalArgumentException.class, () -> rig.downstream.call(call));
            assertEquals(0, rig.observer.started.get());
        });
    }

    @Test
    void endless_body_is_not_sent() {
        Rig.run(this::echo, rig -> {
            Call call = call(Method.POST, BinaryNode.valueOf(new byte[RequestBody.MAX_BYTES]));
            var thrown = assertThrows(DownstreamException.class, () -> rig.downstream.call(call));
            assertEquals("call_too_large", thrown.type().label());
            assertNull(thrown.type().downstreamWorks(), "it was not asked");
            assertEquals(0, rig.server.requests());
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    /// The downstream is not to blame.
    @Test
    void too_large_a_head_is_not_sent() {
        Rig.run(this::echo, rig -> {
            Call call = with(Map.of("x-long", "x".repeat(RequestHead.MAX_BYTES)));
            var thrown = assertThrows(DownstreamException.class, () -> rig.downstream.call(call));
            assertEquals(ErrorType.BAD_PARAMETER, thrown.type());
            assertNull(thrown.type().downstreamWorks());
            assertEquals(0, rig.server.requests());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(1, rig.server.acceptedConnections());
        });
    }

    @Test
    void large_body_arrives_whole() {
        Rig.runTimeless(this::echo, rig -> {
            JsonNode body = JSON.textNode("x".repeat(900_000));
            rig.downstream.call(call(Method.PUT, body));
            assertEquals(900_002, seen.getFirst().body().length());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(1, rig.server.acceptedConnections(), "it was sent to its end");
        });
    }

    /// What is done twice may be an order too many.
    @ParameterizedTest
    @EnumSource
    void nothing_is_sent_a_second_time_when_the_connection_breaks(Method method) {
        Rig.run(Rig.faulty(Faults.reset()), rig -> {
            JsonNode body = method.mayHaveBody() ? JSON.arrayNode() : null;
            rig.get("/warm");
            Call call = new Call(method, "/fault", "/fault", Map.of(), body, Set.of(), true, true);
            var thrown = assertThrows(DownstreamException.class, () -> rig.downstream.call(call));
            assertEquals(ErrorType.RESET, thrown.type());
            assertEquals(2, rig.server.requests());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"204||null", "200|Content-Length: 0|null",
            "205|Content-Length: 0|null", "205|Content-Length: 4|null",
            "201|Content-Length: 4|1234", "200|Connection: close|", "200|Content-Length: 2|"})
    void what_was_done_may_have_no_answer(int status, @Nullable String header, @Nullable String expected) {
        String body = header == null || header.endsWith(" 0") ? "" : header.endsWith("2") ? "1," : "1234";
        String head = "HTTP/1.1 " + status + " .\r\n" + (header == null ? "" : header + "\r\n") + "\r\n";
        boolean closes = "Connection: close".equals(header);
        Action action = new Action.Raw(head + (closes ? "" : body),
                closes ? Action.Ending.CLOSE : Action.Ending.KEEP);
        Rig.run(request -> action, rig -> {
            Call call = call(Method.POST, JSON.objectNode());
            if (expected == null) {
                assertThrows(DownstreamException.class, () -> rig.downstream.call(call));
            } else {
                Reply reply = rig.downstream.call(call);
                assertEquals(status, reply.status());
                assertEquals(expected, reply.body().toString());
                assertFalse(reply.body().isMissingNode());
            }
        });
    }

    @Test
    void headers_of_the_call_and_of_the_downstream_are_sent_and_the_downstreams_win() {
        DownstreamConfig config = Rig.with("headers: {X-Api-Key: secret, User-Agent: mine/1}");
        Rig.run(config, this::echo, rig -> {
            rig.downstream.call(with(Map.of("accept-language", "cs", "x-api-key", "guessed", "cookie", "a=b",
                    "accept", "application/hal+json")));
            Request request = seen.getFirst();
            assertEquals(Set.of("host", "user-agent", "accept", "x-api-key", "accept-language", "cookie"),
                    request.headers().keySet());
            assertEquals("secret", request.header("x-api-key"));
            assertEquals("mine/1", request.header("user-agent"));
            assertEquals("cs", request.header("accept-language"));
            assertEquals("application/hal+json", request.header("accept"));
        });
    }

    @Test
    void downstream_may_be_asked_for_another_media_type() {
        Rig.run(Rig.with("headers: {Accept: application/hal+json}"), this::echo, rig -> {
            rig.get("/");
            assertEquals("application/hal+json", seen.getFirst().header("accept"));
        });
    }

    @Test
    void headers_that_frame_a_message_are_never_passed_on() {
        Rig.run(this::echo, rig -> {
            rig.downstream.call(with(Map.of("host", "evil", "connection", "close", "content-length", "5",
                    "transfer-encoding", "chunked", "expect", "100-continue", "accept-encoding", "gzip",
                    "upgrade", "h2c", "te", "trailers")));
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(Set.of("host", "user-agent", "accept"), seen.getFirst().headers().keySet());
            assertEquals("127.0.0.1:" + rig.server.port(), seen.getFirst().header("host"));
        });
    }

    @Test
    void remaining_time_is_told_anew_to_each_call() {
        DownstreamConfig config = Rig.with("deadlineMargin: 2s",
                "deadlineHeaders: [x-request-timeout, grpc-timeout,"
                        + " x-envoy-expected-rq-timeout-ms, x-envoy-upstream-rq-timeout-ms]");
        Rig.run(config, this::echo, rig -> {
            Timeouts.failAfter(Duration.ofSeconds(40), () -> {
                rig.downstream.call(with(Map.of("x-request-timeout", "999999")));
                Checkpoints.sleep(Duration.ofMillis(20));
                rig.get("/again");
            });
            long first = told(0, "x-request-timeout");
            long second = told(1, "x-request-timeout");
            assertTrue(first > 20_000 && first <= 38_000, () -> "told " + first);
            assertTrue(second <= first - 20, () -> "told " + first + " and then " + second);
            assertEquals(first, told(0, "x-envoy-expected-rq-timeout-ms"));
            assertEquals(first, told(0, "x-envoy-upstream-rq-timeout-ms"));
            assertEquals(first + "m", seen.getFirst().header("grpc-timeout"));
        });
    }

    private long told(int request, String header) {
        return Long.parseLong(String.valueOf(seen.get(request).header(header)));
    }

    @Test
    void time_that_is_told_is_never_less_than_a_millisecond() {
        Rig.run(Rig.with("deadlineMargin: 10s"), this::echo, rig -> {
            Timeouts.failAfter(Duration.ofSeconds(9), () -> rig.get("/"));
            assertEquals(1, told(0, "x-envoy-expected-rq-timeout-ms"));
        });
    }

    @Test
    void no_time_is_told_without_a_deadline_or_a_header_for_it() {
        Rig.run(this::echo, rig -> {
            rig.get("/");
            assertNull(seen.getFirst().header("x-envoy-expected-rq-timeout-ms"));
        });
        Rig.run(Rig.with("deadlineHeaders: []"), this::echo, rig -> {
            Timeouts.failAfter(Duration.ofSeconds(9), () -> rig.get("/"));
            assertEquals(Set.of("host", "user-agent", "accept"), seen.getLast().headers().keySet());
        });
    }

    @ParameterizedTest
    @CsvSource({"1,1m", "250,250m", "99999999,99999999m", "100000000,100000S", "359999996400000,99999999H",
            "9223372036854775,99999999H"})
    void grpc_allows_eight_digits(long millis, String written) {
        assertEquals(written, RequestHead.grpc(millis));
    }

    @Test
    void only_wanted_headers_come_back_and_when_to_come_back() {
        Map<String, String> headers = Map.of("ETag", "\"v1\"", "X-Total", "3", "Set-Cookie", "a=b",
                "Retry-After", "120");
        Rig.run(request -> new Action.Answer(request.path().equals("/get") ? 200 : 503, headers, "{}"),
                rig -> {
                    Reply reply = rig.downstream.call(with(Map.of(), "etag", "x-total", "x-absent"));
                    assertEquals(Map.of("etag", "\"v1\"", "x-total", "3", "retry-after", "120"),
                            reply.headers());
                    assertEquals(Map.of("retry-after", "120"), rig.get("/busy").headers());
                });
    }

    @Test
    void several_fields_of_one_name_are_joined() {
        Action action = new Action.Raw("HTTP/1.1 200 .\r\nLink: a\r\nContent-Length: 2\r\nlink: b\r\n\r\n{}",
                Action.Ending.KEEP);
        Rig.run(request -> action, rig -> assertEquals(Map.of("link", "a, b"),
                rig.downstream.call(with(Map.of(), "link")).headers()));
    }

    @Test
    void reply_says_how_long_it_may_be_used() {
        Map<String, String> headers = Map.of("Cache-Control", "max-age=60", "Age", "20");
        Rig.run(request -> new Action.Answer(200, headers, "{}"), rig -> {
            assertEquals(new Freshness(true, 40, true), rig.get("/").freshness());
            assertFalse(rig.downstream.call(with(Map.of("cookie", "a=b"))).freshness().shared());
            assertEquals(Freshness.UNKNOWN, rig.downstream.call(call(Method.POST, null)).freshness());
        });
    }
}
