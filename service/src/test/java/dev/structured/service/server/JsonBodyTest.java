package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a route gets that wants a body, and what its clients are told whose body is none.
class JsonBodyTest {
    private static final String ROUTES = routes("POST") + routes("PUT") + routes("PATCH") + """
              - method: DELETE
                path: /orders/{id}
                deadline: 800ms
                requestHeaders: [x-tenant, accept-language]
                parts: {order: {from: product-service, path: "/orders"}}
            """;
    private static final String JSON = "Content-Type: application/json\r\n";

    private static final String TEXT_AND_HEADERS = """
            Content-Type: text/plain
            X-Tenant: a
            X-Tenant: b
            Authorization: secret
            Cookie: c=d
            """.replace("\n", "\r\n");

    private final AtomicReference<@Nullable PageRequest> asked = new AtomicReference<>();
    private RunningEdge edge;

    private static String routes(String method) {
        return """
                  - method: %s
                    path: /orders/{id}
                    deadline: 800ms
                    body: {fields: {name: string}}
                    parts: {order: {from: product-service, path: "/orders"}}
                """.formatted(method);
    }

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(RunningEdge.LIMITS,
                RouteTable.of(RunningEdge.routes(ROUTES), (route, request, sink) -> page(request)));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private Outcome page(PageRequest request) throws BadRequestException {
        JsonNode body = request.body();
        if (body != null && body.path("name").asText().equals("bad")) {
            throw new BadRequestException(422, "The field 'name' of the body must not be bad.");
        }
        asked.set(request);
        return Pages.complete(Pages.page(Pages.id(request)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void object_reaches_its_route_as_it_was_sent(String method) throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(
                    request(method, JSON, "{\"name\":\"a\",\"price\":10.50,\"big\":123456789012345678901}"));
            assertEquals(200, client.read().status());
            PageRequest request = asked.get();
            assertEquals("{\"name\":\"a\",\"price\":10.50,\"big\":123456789012345678901}",
                    String.valueOf(request.body()));
            assertEquals("7", Pages.id(request));
            assertEquals(200, client.send(request(method, JSON, "{}")).read().status());
        }
    }

    @Test
    void body_in_chunks_is_put_together() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("POST /orders/7 HTTP/1.1\r\nHost: test\r\n" + JSON
                    + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"na\r\n");
            client.send("8\r\nme\":\"b\"}\r\n0\r\n\r\n");
            assertEquals(200, client.read().status());
            assertEquals("{\"name\":\"b\"}", String.valueOf(asked.get().body()));
        }
    }

    @Test
    void route_without_a_body_gets_none_and_only_the_headers_that_it_names() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(request("DELETE", TEXT_AND_HEADERS, "anything"));
            assertEquals(200, client.read().status());
        }
        assertNull(asked.get().body());
        assertEquals(Map.of("x-tenant", "a, b"), asked.get().headers());
    }

    static List<Arguments> bad() {
        return List.of(argumentSet("nothing", "", 0), argumentSet("blank", "  ", 0),
                argumentSet("array", "[1]", 0), argumentSet("number", "1", 0), argumentSet("null", "null", 0),
                argumentSet("cut short", "{\"name\":\n \"secre", 2),
                argumentSet("bare word", "{\"name\": secret}", 1),
                argumentSet("field twice", "{\"name\":1,\n\"name\":2}", 2),
                argumentSet("field twice further in", "{\"a\":[{\"secret\":1,\"secret\":1}]}", 1),
                argumentSet("something after it", "{}\n{}", 2),
                argumentSet("rubbish after it", "{} secret", 1),
                argumentSet("too deep", "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", 0),
                argumentSet("number too long", "{\"a\":" + "1".repeat(201) + "}", 0),
                argumentSet("exponent beyond numbers", "{\"a\":1e99999999999}", 0),
                argumentSet("name too long", "{\"" + "a".repeat(1001) + "\":1}", 0),
                argumentSet("comment", "{/* secret */}", 1), argumentSet("NaN", "{\"a\":NaN}", 1),
                argumentSet("control character", "{\"a\":\"\u0001\"}", 1),
                argumentSet("byte order mark", "\u00ef\u00bb\u00bf{}", 0),
                argumentSet("UTF-16", "\0{\0}", 0), argumentSet("not UTF-8", "{\"a\":\"\u00ff\"}", 0),
                argumentSet("overlong UTF-8", "{\"a\":\"\u00c0\u00af\"}", 0));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void body_that_is_no_object_is_refused_by_its_place_and_not_repeated(String body, int line)
            throws Exception {
        try (RawClient client = edge.connect()) {
            JsonNode problem = problem(400, client.send(request("POST", JSON, body)).read());
            assertEquals("urn:structured:problem:bad-body", problem.get("type").asText());
            if (line > 0) {
                assertEquals(line, problem.get("line").asInt());
                assertTrue(problem.get("column").asInt() >= 1, problem::toString);
            }
            assertFalse(problem.toString().contains("secre"), problem::toString);
            assertFalse(problem.get("detail").asText().contains("name'"), problem::toString);
            assertEquals(200, client.send(request("POST", JSON, "{}")).read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: text/plain\r\n", "Content-Type: application/json2\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "Content-Type: application/json; charset=utf-16\r\n",
            "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"})
    void body_that_says_it_is_something_else_is_refused(String headers) throws Exception {
        try (RawClient client = edge.connect()) {
            problem(415, client.send(request("POST", headers, "{}")).read());
        }
        assertNull(asked.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=UTF-8", "Application/JSON",
            "application/json; charset=\"utf-8\"; x=y"})
    void body_may_say_in_its_own_way_that_it_is_json(String type) throws Exception {
        try (RawClient client = edge.connect()) {
            assertEquals(200,
                    client.send(request("POST", "Content-Type: " + type + "\r\n", "{}")).read().status());
        }
    }

    @Test
    void body_that_breaks_a_rule_of_its_route_is_told_the_rule() throws Exception {
        try (RawClient client = edge.connect()) {
            JsonNode problem = problem(422,
                    client.send(request("POST", JSON, "{\"name\":\"bad\"}")).read());
            assertEquals("urn:structured:problem:bad-request", problem.get("type").asText());
            assertEquals("The field 'name' of the body must not be bad.", problem.get("detail").asText());
        }
        assertTrue(edge.logged().contains("outcome=refused"), edge.logged());
        assertNull(edge.observer.one().errorType());
    }

    @Test
    void body_too_large_is_refused_before_it_is_read() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("POST /orders/7 HTTP/1.1\r\nHost: test\r\n" + JSON + "Content-Length: 10001\r\n\r\n");
            problem(413, client.read());
        }
    }

    @Test
    void options_and_405_name_the_methods_of_the_path() throws Exception {
        String allow = "POST, PUT, PATCH, DELETE, OPTIONS";
        try (RawClient client = edge.connect()) {
            assertEquals(allow, client.send(request("OPTIONS", "", "")).read().header("Allow"));
            RawClient.Reply reply = client.send(request("GET", "", "")).read();
            problem(405, reply);
            assertEquals(allow, reply.header("Allow"));
        }
    }

    /// It asks for no path (RFC 9110, 9.3.7).
    @Test
    void options_of_the_whole_server_name_the_methods_of_all_paths() throws Exception {
        try (RawClient client = edge.connect()) {
            RawClient.Reply reply = client.send("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n").read();
            assertEquals(204, reply.status());
            assertEquals("POST, PUT, PATCH, DELETE, OPTIONS", reply.header("Allow"));
            problem(400, client.send("GET * HTTP/1.1\r\nHost: test\r\n\r\n").read());
        }
    }

    /// The client is told before it sends its body.
    @Test
    void body_of_another_type_is_not_asked_for() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(request("POST", "Content-Type: text/plain\r\nExpect: 100-continue\r\n", "abcde")
                    .replace("abcde", ""));
            problem(415, client.read());
            assertTrue(client.atEnd());
        }
    }

    private static String request(String method, String headers, String body) {
        return method + " /orders/7 HTTP/1.1\r\nHost: test\r\n" + headers + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static JsonNode problem(int status, RawClient.Reply reply) throws IOException {
        assertEquals(status, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        return new ObjectMapper().readTree(reply.body());
    }
}
