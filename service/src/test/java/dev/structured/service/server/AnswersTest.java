package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a route's `answer` makes of its page: tags, statuses, places and media types, over the real server.
class AnswersTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static Reply reply(String field, Object value) {
        return new Reply(200, JSON.objectNode().set(field, new ObjectMapper().valueToTree(value)));
    }

    private static Reply failed(int status, Map<String, String> headers) {
        return new Reply(status, MissingNode.getInstance(), headers, Freshness.UNKNOWN);
    }

    private static String file(String route) {
        return """
                downstreams: {a: {url: "http://a.test"}}
                routes:
                  - {path: /page, deadline: 30s, %s}
                """.formatted(route);
    }

    /// A page with a tag: `p` is always the same, `q` is what the test says.
    @Nested
    class Tags {
        private static final String PAGE = "answer: {etag: true}, "
                + "parts: {p: {from: a, path: /p}, q: {from: a, path: /q}}";
        private final AtomicInteger q = new AtomicInteger(1);

        private Reply reply(String path) {
            if (path.equals("/q") && q.get() < 0) return failed(500, Map.of());
            return AnswersTest.reply(path.substring(1), path.equals("/q") ? q.get() : 0);
        }

        private ServedFile served() throws IOException {
            return new ServedFile(file(PAGE), Map.of("a", call -> reply(call.path())));
        }

        @Test
        void page_that_the_client_has_is_not_sent_again() throws IOException {
            try (ServedFile served = served()) {
                RawClient.Reply first = served.ask("GET /page", "");
                assertEquals(200, first.status());
                String tag = first.header("ETag");
                assertTrue(tag.matches("W/\"[0-9a-f]{32}\""), tag);

                RawClient.Reply second = served.ask("GET /page", "If-None-Match: " + tag + "\r\n");
                assertEquals(304, second.status());
                assertEquals("", second.body());
                assertEquals(tag, second.header("ETag"));
                assertEquals(first.header("Vary"), second.header("Vary"));
                assertFalse(second.headers().containsKey("content-type"));
                assertFalse(second.headers().containsKey("content-length")); // it would be the page's
                assertEquals(304, served.ask("HEAD /page", "If-None-Match: " + tag + "\r\n").status());
                assertEquals(tag, served.ask("HEAD /page", "").header("ETag"));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"%s", "*", "\"x\", %s", "%s,\"x\"", "\"x\"\r\nIf-None-Match: %s", " %s "})
        void tag_is_found_in_a_list(String header) throws IOException {
            try (ServedFile served = served()) {
                String tag = served.ask("GET /page", "").header("ETag");
                String strong = tag.substring(2);
                for (String each : List.of(tag, strong)) {
                    assertEquals(304,
                            served.ask("GET /page", "If-None-Match: " + header.formatted(each) + "\r\n")
                                    .status());
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"v1\"", "", "W/", "%s-", "\"*\""})
        void other_tag_gets_the_page(String header) throws IOException {
            try (ServedFile served = served()) {
                String tag = served.ask("GET /page", "").header("ETag");
                assertEquals(200,
                        served.ask("GET /page", "If-None-Match: " + header.formatted(tag) + "\r\n").status());
            }
        }

        @Test
        void tag_changes_with_any_part() throws IOException {
            try (ServedFile served = served()) {
                String tag = served.ask("GET /page", "").header("ETag");
                q.set(2);
                RawClient.Reply second = served.ask("GET /page", "If-None-Match: " + tag + "\r\n");
                assertEquals(200, second.status());
                assertTrue(second.body().contains("\"q\":{\"q\":2}"), second.body());
                assertNotEquals(tag, second.header("ETag"));
            }
        }

        @Test
        void page_that_lacks_a_part_is_sent_and_has_no_tag() throws IOException {
            try (ServedFile served = served()) {
                String tag = served.ask("GET /page", "").header("ETag");
                q.set(-1);
                for (String known : List.of(tag, "*")) {
                    RawClient.Reply second = served.ask("GET /page", "If-None-Match: " + known + "\r\n");
                    assertEquals(200, second.status());
                    assertTrue(second.body().contains("missing"), second.body());
                    assertFalse(second.headers().containsKey("etag"));
                }
            }
        }

        @Test
        void stream_has_no_tag() throws IOException {
            String headers = "Accept: application/x-ndjson\r\nIf-None-Match: *\r\n";
            try (ServedFile served = served(); RawClient client = served.edge.connect()) {
                client.send("GET /page HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
                RawClient.Reply head = client.readHead();
                assertEquals(200, head.status());
                assertFalse(head.headers().containsKey("etag"));
                assertTrue(client.readChunks().contains("done"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | www-authenticate | Bearer realm="x"
            405 | allow            | GET, PUT
            429 | retry-after      | 120
            503 | retry-after      | 7
            413 | retry-after      | 60
            """)
    void mapped_status_keeps_the_header_that_it_needs(int status, String name, String value)
            throws IOException {
        String route = "parts: {p: {from: a, path: /p, required: true, statuses: {%d: %d}}}".formatted(status,
                status);
        Downstream refusing = call -> {
            assertTrue(call.wanted().contains(name));
            return failed(status, Map.of(name, value, "x-other", "y"));
        };
        try (ServedFile served = new ServedFile(file(route), Map.of("a", refusing))) {
            RawClient.Reply reply = served.ask("GET /page", "");
            assertEquals(status, reply.status());
            assertEquals(value, reply.header(name));
            assertFalse(reply.headers().containsKey("x-other"));
        }
    }

    /// It tells clients nothing, so that they get the service's own, as where there is none.
    @ParameterizedTest
    @ValueSource(strings = {"1, 1", "1.5", "-1", "soon", "Fri, 31 Dec 1999 23:59:59 GMT"})
    void pause_that_cannot_be_meant_is_not_passed_on(String value) throws IOException {
        String route = "parts: {p: {from: a, path: /p, required: true, statuses: {503: 503}}}";
        Downstream refusing = _ -> failed(503, Map.of("retry-after", value));
        try (ServedFile served = new ServedFile(file(route), Map.of("a", refusing))) {
            RawClient.Reply reply = served.ask("GET /page", "");
            assertEquals(503, reply.status());
            assertTrue(reply.header("retry-after").matches("[0-9]+"), reply.headers()::toString);
        }
    }

    @Test
    void status_that_is_not_mapped_to_one_that_needs_it_gives_no_header() throws IOException {
        String route = "parts: {p: {from: a, path: /p, required: true, statuses: {401: 403}}}";
        Downstream refusing = _ -> failed(401, Map.of("www-authenticate", "Bearer"));
        try (ServedFile served = new ServedFile(file(route), Map.of("a", refusing))) {
            RawClient.Reply reply = served.ask("GET /page", "");
            assertEquals(403, reply.status());
            assertFalse(reply.headers().containsKey("www-authenticate"));
        }
    }

    @ParameterizedTest
    @CsvSource({"application/merge-patch+json, 200", "application/vnd.x.y+json; charset=utf-8, 200",
            "APPLICATION/HAL+JSON, 200", "application/json-seq, 415", "application/x+jsonp, 415",
            "+json, 415",
            "application/+json, 415", "text/json, 415"})
    void body_of_a_type_that_ends_in_json_is_json(String type, int status) throws IOException {
        String route = "method: PATCH, body: {}, parts: {p: {from: a, path: /p}}";
        try (ServedFile served = new ServedFile(file(route), Map.of("a", _ -> reply("a", 1)))) {
            assertEquals(status,
                    served.send("PATCH /page", "Content-Type: " + type + "\r\n", "{\"a\":1}").status());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/hal+json                  | application/hal+json
            */*                                   | application/hal+json
            application/json                      | application/json
            application/hal+json;q=0.5, application/json | application/json
            """)
    void page_has_the_media_type_that_the_route_names(String accept, String type) throws IOException {
        String route = "answer: {type: application/hal+json}, parts: {p: {from: a, path: /p}}";
        try (ServedFile served = new ServedFile(file(route), Map.of("a", _ -> reply("a", 1)))) {
            RawClient.Reply reply = served.ask("GET /page", "Accept: " + accept + "\r\n");
            assertEquals(200, reply.status());
            assertEquals(type, reply.header("Content-Type"));
        }
    }

    @Nested
    class Statuses {
        private static final String PART = "parts: {order: {from: a, path: /orders, method: POST, "
                + "required: true}}";

        private RawClient.Reply post(String answer, Object id) throws IOException {
            String route = "method: POST, body: {}, answer: {" + answer + "}, " + PART;
            try (ServedFile served = new ServedFile(file(route), Map.of("a", _ -> reply("id", id)))) {
                return served.send("POST /page", "Content-Type: application/json\r\n", "{}");
            }
        }

        @Test
        void created_thing_has_a_place() throws IOException {
            RawClient.Reply reply = post("status: 201, location: \"/orders/${order.id}\"", "a/b c");
            assertEquals(201, reply.status());
            assertEquals("/orders/a%2Fb%20c", reply.header("Location"));
            assertTrue(reply.body().contains("a/b c"));
        }

        @ParameterizedTest
        @CsvSource({"202, 202", "204, 204"})
        void status_is_the_routes(int status, int expected) throws IOException {
            RawClient.Reply reply = post("status: " + status, 7);
            assertEquals(expected, reply.status());
            assertEquals(status != 204, reply.headers().containsKey("content-type"));
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 303, 307, 308})
        void redirect_has_a_place_and_no_body(int status) throws IOException {
            RawClient.Reply reply = post(
                    "status: " + status + ", location: \"https://shop.test/o/${order.id}\"", 7);
            assertEquals(status, reply.status());
            assertEquals("https://shop.test/o/7", reply.header("Location"));
            assertEquals("", reply.body());
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://pay.test/x?a=b&c=%20#top", "/orders/7"})
        void whole_address_is_the_downstreams(String address) throws IOException {
            RawClient.Reply reply = post("status: 303, location: \"${order.id}\"", address);
            assertEquals(address, reply.header("Location"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"javascript:alert(1)", "//evil.test", "/\\\\evil.test", "/\\evil.test",
                "https://a b", "ftp://x", "", "https://a\r\nX: y", "/ü"})
        void address_that_is_none_fails_the_page(String address) throws IOException {
            RawClient.Reply reply = post("status: 303, location: \"${order.id}\"", address);
            assertEquals(502, reply.status());
            assertFalse(reply.headers().containsKey("location"));
        }

        @Test
        void place_without_its_value_fails_the_page() throws IOException {
            RawClient.Reply reply = post("status: 201, location: \"/orders/${order.number}\"", 7);
            assertEquals(502, reply.status());
            assertTrue(reply.body().contains("${order.number} is missing"), reply.body());
        }

        @Test
        void failed_page_keeps_its_own_status() throws IOException {
            String route = "method: POST, body: {}, answer: {status: 204}, " + PART;
            try (ServedFile served = new ServedFile(file(route), Map.of("a", _ -> failed(500, Map.of())))) {
                assertEquals(502,
                        served.send("POST /page", "Content-Type: application/json\r\n", "{}").status());
            }
        }

        @Test
        void answer_of_another_status_is_never_streamed() throws IOException {
            String route = "answer: {status: 202}, parts: {order: {from: a, path: /o}}";
            try (ServedFile served = new ServedFile(file(route), Map.of("a", _ -> reply("id", 1)))) {
                assertEquals(406, served.ask("GET /page", "Accept: text/event-stream\r\n").status());
            }
        }
    }
}
