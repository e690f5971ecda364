package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a browser is told, by the rules of the Fetch standard, over the real server.
class BrowsersTest {
    private static final String LISTED = "cors: {origins: [\"https://shop.example\", \"https://*.shop.example\", "
            + "\"http://localhost:3000\"], methods: [PUT, DELETE], headers: [Content-Type, X-Token], "
            + "exposedHeaders: [X-Request-Id], credentials: true, maxAge: 1min}";
    private final AtomicInteger calls = new AtomicInteger();

    private ServedFile served(String edge) throws IOException {
        String yaml = """
                edge: {%s}
                downstreams: {a: {url: "http://a.test"}}
                routes:
                  - {path: /page, deadline: 30s, parts: {p: {from: a, path: /p}}}
                  - {path: /page, method: PUT, body: {}, deadline: 30s, parts: {p: {from: a, path: /p}}}
                """.formatted(edge);
        return new ServedFile(yaml, Map.of("a", _ -> {
            calls.incrementAndGet();
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        }));
    }

    private static String preflight(String origin, String method, String headers) {
        return "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method + "\r\n"
                + (headers.isEmpty() ? "" : "Access-Control-Request-Headers: " + headers + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://shop.example", "https://m.shop.example", "https://a.b.shop.example",
            "http://localhost:3000"})
    void page_of_a_listed_origin_may_read_the_answer(String origin) throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask("GET /page", "Origin: " + origin + "\r\n");
            assertEquals(200, reply.status());
            assertEquals(origin, reply.header("Access-Control-Allow-Origin"));
            assertEquals("true", reply.header("Access-Control-Allow-Credentials"));
            assertEquals("x-request-id", reply.header("Access-Control-Expose-Headers"));
            assertEquals("Accept, Origin", reply.header("Vary"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://shop.example", "https://shop.example:8443", "https://evilshop.example",
            "https://shop.example.evil", "https://evil/.shop.example", "https://.shop.example", "null", "",
            "https://SHOP.example", "http://localhost", "https://x@m.shop.example", "https://a.test",
            "https://shop.example\r\nOrigin: https://shop.example"})
    void page_of_another_origin_may_not(String origin) throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask("GET /page", "Origin: " + origin + "\r\n");
            assertEquals(200, reply.status());
            assertFalse(reply.headers().containsKey("access-control-allow-origin"), reply.toString());
            assertFalse(reply.headers().containsKey("access-control-allow-credentials"));
            assertTrue(reply.header("Vary").contains("Origin"));
        }
    }

    @Test
    void answer_without_an_origin_depends_on_it_too() throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask("GET /page", "");
            assertEquals("Accept, Origin", reply.header("Vary"));
            assertFalse(reply.headers().containsKey("access-control-allow-origin"));
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /nothing, 404", "DELETE /page, 405", "GET /page?%, 400", "OPTIONS /page, 204"})
    void problems_carry_the_headers_too(String line, int status) throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask(line, "Origin: https://shop.example\r\n");
            assertEquals(status, reply.status());
            assertEquals("https://shop.example", reply.header("Access-Control-Allow-Origin"));
            assertTrue(reply.header("Vary").contains("Origin"));
        }
    }

    @Test
    void stream_carries_the_headers_too() throws IOException {
        String headers = "Accept: text/event-stream\r\nOrigin: https://shop.example\r\n";
        try (ServedFile served = served(LISTED); RawClient client = served.edge.connect()) {
            client.send("GET /page HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
            RawClient.Reply head = client.readHead();
            assertEquals("https://shop.example", head.header("Access-Control-Allow-Origin"));
            assertEquals("Origin", head.header("Vary"));
            client.readChunks();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /page     | PUT    | content-type, x-token
            /page     | DELETE | X-TOKEN
            /page     | POST   | accept-language
            /nothing  | GET    | ''
            /page     | PUT    | 'x-token,content-type,,'
            """)
    void preflight_is_answered_by_the_lists(String path, String method, String headers) throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask("OPTIONS " + path,
                    preflight("https://shop.example", method, headers));
            assertEquals(204, reply.status());
            assertEquals("https://shop.example", reply.header("Access-Control-Allow-Origin"));
            assertEquals("true", reply.header("Access-Control-Allow-Credentials"));
            assertEquals("DELETE, GET, HEAD, POST, PUT", reply.header("Access-Control-Allow-Methods"));
            assertEquals("accept, accept-language, content-language, content-type, range, x-token",
                    reply.header("Access-Control-Allow-Headers"));
            assertEquals("60", reply.header("Access-Control-Max-Age"));
            assertEquals("Origin", reply.header("Vary"));
            assertEquals(0, calls.get());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://evil.example | PUT   | content-type | origin
            https://shop.example | PATCH | content-type | method
            https://shop.example | put   | content-type | method
            https://shop.example | PUT   | x-other      | header
            https://shop.example | PUT   | *            | header
            null                 | PUT   | ''           | origin
            """)
    void preflight_that_is_not_allowed_is_told_why(String origin, String method, String headers, String why)
            throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.ask("OPTIONS /page", preflight(origin, method, headers));
            assertEquals(403, reply.status());
            assertTrue(reply.body().contains(why), reply.body());
            assertFalse(reply.headers().containsKey("access-control-allow-methods"));
        }
    }

    @Test
    void private_network_is_allowed_only_where_the_file_says_so() throws IOException {
        String ask = preflight("https://a.example", "GET", "")
                + "Access-Control-Request-Private-Network: true\r\n";
        try (ServedFile served = served("cors: {origins: [\"https://a.example\"]}")) {
            assertEquals(403, served.ask("OPTIONS /page", ask).status());
        }
        try (ServedFile served = served("cors: {origins: [\"https://a.example\"], privateNetwork: true}")) {
            assertEquals("true",
                    served.ask("OPTIONS /page", ask).header("Access-Control-Allow-Private-Network"));
        }
    }

    @Test
    void all_origins_get_a_star_and_no_vary() throws IOException {
        try (ServedFile served = served("cors: {origins: [\"*\"]}")) {
            for (String origin : new String[]{"null", "https://any.test"}) {
                RawClient.Reply reply = served.ask("GET /page", "Origin: " + origin + "\r\n");
                assertEquals("*", reply.header("Access-Control-Allow-Origin"));
                assertEquals("Accept", reply.header("Vary"));
                assertFalse(reply.headers().containsKey("access-control-allow-credentials"));
            }
        }
    }

    @Test
    void null_is_an_origin_of_its_own() throws IOException {
        try (ServedFile served = served("cors: {origins: [\"null\"]}")) {
            assertEquals("null",
                    served.ask("GET /page", "Origin: null\r\n").header("Access-Control-Allow-Origin"));
            assertFalse(served.ask("GET /page", "Origin: https://a.test\r\n").headers()
                    .containsKey("access-control-allow-origin"));
        }
    }

    @Test
    void preflight_with_a_body_closes_its_connection() throws IOException {
        try (ServedFile served = served(LISTED)) {
            RawClient.Reply reply = served.send("OPTIONS /page", preflight("https://shop.example", "PUT", ""),
                    "GET /");
            assertEquals(204, reply.status());
            assertEquals("close", reply.header("Connection"));
        }
    }

    @ParameterizedTest
    @CsvSource({"api, false", "api-hsts, true"})
    void security_headers_are_on_every_answer(String preset, boolean hsts) throws IOException {
        try (ServedFile served = served("securityHeaders: " + preset)) {
            for (String line : new String[]{"GET /page", "GET /nothing", "OPTIONS /page"}) {
                RawClient.Reply reply = served.ask(line, "");
                assertEquals("nosniff", reply.header("X-Content-Type-Options"));
                assertEquals("default-src 'none'; frame-ancestors 'none'",
                        reply.header("Content-Security-Policy"));
                assertEquals("no-referrer", reply.header("Referrer-Policy"));
                assertEquals("DENY", reply.header("X-Frame-Options"));
                assertEquals("same-origin", reply.header("Cross-Origin-Resource-Policy"));
                assertEquals(hsts, reply.headers().containsKey("strict-transport-security"));
            }
        }
    }

    @Test
    void nothing_is_added_unless_the_file_says_so() throws IOException {
        try (ServedFile served = served("")) {
            RawClient.Reply reply = served.ask("GET /page", "Origin: https://a.test\r\n");
            assertFalse(reply.headers().containsKey("access-control-allow-origin"));
            assertFalse(reply.headers().containsKey("x-content-type-options"));
            assertEquals("Accept", reply.header("Vary"));
            assertEquals(204, served.ask("OPTIONS /page", preflight("https://a.test", "GET", "")).status());
        }
    }
}
