package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Problems with types, texts and members of the configuration, over the real server: every one that it
/// writes.
class ProblemsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String OWN = """
            problems:
              types: "https://errors.shop.example/"
              language: de
              texts: {404: {title: Nichts da}, too-many-requests: {title: Zu viel, detail: Warten., type: \
            "urn:shop:slow"}}
              fields: {code: "${problem.name}", trace: {id: "r-${request.id}", n: [1]}, service: shop}
            """;

    private static ServedFile served(String problems) throws IOException {
        String yaml = problems
                + """
                        server: {maxHeader: 1KiB, maxBody: 1KiB}
                        edge: {cors: {origins: ["https://shop.example"]}}
                        clients: {web: {keys: ["sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc3\
                        0e73f826b683"]}}
                        downstreams: {a: {url: "http://a.test"}}
                        routes:
                          - {path: /good, deadline: 30s, parts: {p: {from: a, path: /good}}}
                          - {path: "/broken/{id}", deadline: 30s, parts: {p: {from: a, path: "/broken", \
                        required: true}, q: {from: a, path: /slow}}}
                          - {path: /slow, deadline: 50ms, parts: {p: {from: a, path: /slow, required: true}}}
                          - {path: /limited, deadline: 30s, rateLimit: {requests: 1, per: 1min, by: route}, \
                        parts: {p: {value: 1}}}
                          - {path: /closed, deadline: 30s, access: {clients: [web]}, parts: {p: {value: 1}}}
                          - {path: /number, deadline: 30s, params: {n: {type: integer}}, parts: {p: {from: \
                        a, path: "/${n}"}}}
                          - {path: /body, method: POST, body: {}, deadline: 30s, parts: {p: {value: 1}}}
                          - path: /many
                            method: POST
                            deadline: 30s
                            body: {fields: {ids: {type: array, required: true}}}
                            batch: {route: "/broken/{id}", items: "${body.ids}"}
                        """;
        Downstream a = call -> {
            switch (call.path()) {
                case "/slow" -> Checkpoints.sleep(Duration.ofSeconds(10));
                case "/broken" -> throw new DownstreamException(ErrorType.CONNECT_REFUSED, "down", null);
                default -> {
                    return new Reply(200, JsonNodeFactory.instance.objectNode());
                }
            }
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        };
        return new ServedFile(yaml, Map.of("a", a));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            GET /nothing           | - | 404 | not-found                        | Nichts da
            GET /broken/1          | - | 502 | upstream-error                   | A required part could not be fetched
            GET /slow              | - | 504 | deadline-exceeded                | A required part did not answer in time
            GET /closed            | - | 401 | unknown-client                   | The request does not say who asks
            GET /number?n=x        | - | 400 | bad-request                      | The request breaks a rule of its route
            PUT /good              | - | 405 | method-not-allowed               | Method Not Allowed
            GET /good              | Accept: text/html | 406 | not-acceptable  | Not Acceptable
            GET /good?%            | - | 400 | bad-request                      | Bad Request
            GET /a%2fb/..;/        | - | 400 | bad-request                      | Bad Request
            OPTIONS /good          | Origin: https://shop.example~Access-Control-Request-Method: PUT | 403 | cors | The browser's page may not ask this
            """)
    void every_problem_has_them(String line, String headers, int status, String name, String title)
            throws Exception {
        try (ServedFile served = served(OWN)) {
            String fields = headers == null ? "" : headers.replace("~", "\r\n") + "\r\n";
            RawClient.Reply reply = served.ask(line, fields + "X-Request-Id: me-1\r\n");

            assertEquals(status, reply.status());
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertEquals(title.equals("Nichts da") ? "de" : "en", reply.header("Content-Language"));
            assertOwn(JSON.readTree(reply.body()), status, name, title);
        }
    }

    private static void assertOwn(JsonNode problem, int status, String name, String title) {
        assertEquals("https://errors.shop.example/" + name, problem.path("type").asText(), problem::toString);
        assertEquals(title, problem.path("title").asText());
        assertEquals(status, problem.path("status").asInt());
        assertTrue(problem.path("detail").asText().length() > 5);
        assertEquals(name, problem.path("code").asText());
        assertEquals("shop", problem.path("service").asText());
        String id = problem.path("instance").asText().replace("urn:structured:request:", "");
        assertEquals("r-" + id, problem.path("trace").path("id").asText());
    }

    @Test
    void head_that_the_server_itself_refuses_has_them() throws Exception {
        try (ServedFile served = served(OWN)) {
            RawClient.Reply reply = served.ask("GET /good", "X-Big: " + "x".repeat(2_000) + "\r\n");

            assertEquals(431, reply.status());
            assertOwn(JSON.readTree(reply.body()), 431, "request-header-fields-too-large",
                    "Request Header Fields Too Large");
        }
    }

    @Test
    void body_that_is_too_large_or_no_json_has_them() throws Exception {
        try (ServedFile served = served(OWN)) {
            String json = "Content-Type: application/json\r\n";
            assertOwn(
                    JSON.readTree(
                            served.send("POST /body", json, "{\"a\":\"" + "x".repeat(2_000) + "\"}").body()),
                    413,
                    "payload-too-large", "Payload Too Large");
            JsonNode broken = JSON.readTree(served.send("POST /body", json, "{").body());
            assertOwn(broken, 400, "bad-body", "The request's body cannot be read");
            assertEquals(1, broken.path("line").asInt(), broken::toString);
        }
    }

    @Test
    void text_by_name_has_its_own_type_and_the_headers_stay() throws Exception {
        try (ServedFile served = served(OWN)) {
            assertEquals(200, served.ask("GET /limited", "").status());
            RawClient.Reply reply = served.ask("GET /limited", "");

            assertEquals(429, reply.status());
            assertTrue(Integer.parseInt(reply.header("Retry-After")) > 0);
            assertEquals("de", reply.header("Content-Language"));
            JsonNode problem = JSON.readTree(reply.body());
            assertEquals("urn:shop:slow", problem.path("type").asText());
            assertEquals("Zu viel", problem.path("title").asText());
            assertEquals("Warten.", problem.path("detail").asText());
        }
    }

    @Test
    void item_of_a_batch_and_end_of_a_stream_have_them() throws Exception {
        try (ServedFile served = served(OWN)) {
            JsonNode batch = JSON.readTree(
                    served.send("POST /many", "Content-Type: application/json\r\n", "{\"ids\":[\"1\"]}")
                            .body());
            assertOwn(batch.path("items").path(0).path("problem"), 502, "upstream-error",
                    "A required part could not be fetched");
            RawClient.Reply streamed = served.ask("GET /broken/1", "Accept: application/x-ndjson\r\n");
            assertOwn(JSON.readTree(streamed.body()), 502, "upstream-error",
                    "A required part could not be fetched");
        }
    }

    @Test
    void without_them_a_problem_is_as_it_was() throws Exception {
        try (ServedFile served = served("")) {
            RawClient.Reply reply = served.ask("GET /nothing", "X-Request-Id: me-1\r\n");

            assertFalse(reply.headers().containsKey("content-language"));
            assertEquals(
                    "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"No "
                            + "route has this "
                            + "path. Check the path against the service's configuration.\",\"instance\":"
                            + "\"urn:structured:request:me-1\"}",
                    reply.body());
        }
    }

    /// Whether the call asks for the problem, and whether the client gets it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            false | false |                   | required: true
            false | false | passProblem: true | required: true
            false | false | passProblem: true | required: false
            true  | false | passProblem: true | required: true, passProblem: false
            false | true  |                   | required: true, passProblem: true
            false | true  | passProblem: null | required: true, passProblem: true
            true  | true  |                   | required: true
            true  | false | passProblem: null | required: true
            """)
    void route_or_part_chooses_whose_problem_the_client_gets(boolean byDefault, boolean passed, String route,
            String part) throws Exception {
        boolean own = route != null && route.equals("passProblem: true") && part.equals("required: true");
        String yaml = """
                defaults: {routes: {deadline: 30s, passProblem: %s}}
                downstreams: {a: {url: "http://a.test"}}
                routes: [{path: /page, %s parts: {p: {from: a, path: /p, %s}}}]
                """.formatted(byDefault, route == null ? "" : route + ",", part);
        Downstream refusing = call -> {
            assertEquals(passed || own, call.wanted().contains("content-type"));
            return new Reply(409, JSON.createObjectNode().put("title", "Sold out").put("left", 0));
        };
        try (ServedFile served = new ServedFile(yaml, Map.of("a", refusing))) {
            RawClient.Reply reply = served.ask("GET /page", "");
            JsonNode answer = JSON.readTree(reply.body());
            assertEquals(part.contains("required: true") ? 502 : 200, reply.status());
            assertEquals(passed || own ? "Sold out" : "",
                    answer.path("title").asText().replaceAll("^A .*", ""));
            assertEquals(passed || own, answer.has("left"), reply.body());
        }
    }
}
