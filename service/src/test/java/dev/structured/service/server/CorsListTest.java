package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The list of what a browser may do, over the real server: the Fetch standard, "CORS protocol" (3.3), "CORS
/// check" (4.10), "CORS-preflight fetch" (4.9) and "CORS-safelisted request-header" (2.2.2), in the cases
/// that the web platform tests have under `cors/` (origin, preflight, allow-headers, credentials-flag,
/// response-headers, status).
///
/// A [Browser] of a few lines does what the standard tells browsers to do with the answers, and knows nothing
/// of the configuration: what it then lets a page do must be what the configuration says.
class CorsListTest {
    private static final String SHOP = "https://shop.example";
    private static final String LISTED = "cors: {origins: [\"https://shop.example\", \"https://*.shop.example\","
            + " \"http://localhost:3000\", \"http://[::1]:8080\"], methods: [PUT, PATCH], headers: [Content-Type,"
            + " X-Token], exposedHeaders: [X-Request-Id, Retry-After], credentials: true, maxAge: 90s},"
            + " securityHeaders: api";
    private static final String ANY = "cors: {origins: [\"*\"], methods: [DELETE]}";
    private static final String NULL = "cors: {origins: [\"null\"]}";

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private ServedFile served;

    private ServedFile serve(String edge) throws IOException {
        String yaml = """
                server: {maxBody: 2KiB, maxHeader: 8KiB}
                edge: {%s}
                clients: {one: {keys: "sha256:a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27\
                ae3"}}
                downstreams: {a: {url: "http://a.test"}}
                routes:
                  - {path: /page, deadline: 30s, answer: {etag: true}, parts: {p: {from: a, path: /p}}}
                  - {path: /page, method: PUT, body: {}, deadline: 30s, parts: {p: {from: a, path: /p}}}
                  - {path: /page, method: POST, body: {}, deadline: 30s, parts: {p: {from: a, path: /p}}}
                  - {path: /page, method: PATCH, body: {}, deadline: 30s, parts: {p: {from: a, path: /p}}}
                  - {path: /page, method: DELETE, deadline: 30s, parts: {p: {from: a, path: /p}}}
                  - {path: /closed, deadline: 30s, access: {clients: [one]}, parts: {p: {from: a, path: /p}}}
                  - {path: /once, deadline: 30s, rateLimit: {requests: 1, per: 60min}, parts: {p: {from: a, \
                path: /p}}}
                  - {path: /refused, deadline: 30s, parts: {p: {from: a, path: /refused, required: true}}}
                  - {path: /busy, deadline: 30s, parts: {p: {from: a, path: /busy, required: true}}}
                  - {path: /late, deadline: 60ms, parts: {p: {from: a, path: /late, required: true}}}
                  - {path: "/passed/**", deadline: 30s, proxy: {to: a}}
                """
                .formatted(edge);
        served = new ServedFile(yaml, Map.of("a", (Downstream) this::answer));
        return served;
    }

    private Reply answer(Call call) throws DownstreamException, InterruptedException {
        calls.add(call.methodName() + " " + call.path());
        Passage passage = call.passage();
        if (passage != null) {
            passage.begin(418, List.of(new HeaderField("Access-Control-Allow-Origin", "https://evil.test"),
                    new HeaderField("Access-Control-Allow-Private-Network", "true"),
                    new HeaderField("Vary", "Accept-Language"), new HeaderField("Content-Length", "0")));
            passage.write(ByteBuffer.allocate(0));
            return new Reply(418, JsonNodeFactory.instance.objectNode());
        }
        switch (call.path()) {
            case "/refused" -> throw new DownstreamException(ErrorType.CONNECT_REFUSED, "refused", null);
            case "/busy" -> throw new DownstreamException(ErrorType.LIMIT_EXCEEDED, "busy", null);
            case "/late" -> Checkpoints.sleepForever();
            default -> {
            }
        }
        return new Reply(200, JsonNodeFactory.instance.objectNode());
    }

    @AfterEach
    void stop() {
        if (served != null) served.close();
    }

    /* --- The browser --- */

    /// What a page asks its browser for.
    ///
    /// @param headers those that it sets, by name
    private record Fetch(String origin, boolean credentials, String method, Map<String, String> headers) {}

    /// What the standard tells a browser to do.
    private record Browser(ServedFile served) {
        private static final Set<String> NORMALIZED = Set.of("DELETE", "GET", "HEAD", "OPTIONS", "POST",
                "PUT");
        private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "POST");
        private static final Set<String> SAFE_TYPES = Set.of("application/x-www-form-urlencoded",
                "multipart/form-data", "text/plain");

        /// Returns `read` if the page gets the answer, `sent` if the request went out and its answer is kept
        /// from the page, and `stopped` if the preflight stopped it.
        String fetch(Fetch fetch) throws IOException {
            String upper = fetch.method.toUpperCase(Locale.ROOT);
            String method = NORMALIZED.contains(upper) ? upper : fetch.method;
            List<String> unsafe = fetch.headers.entrySet().stream().filter(each -> !isSafe(each))
                    .map(each -> each.getKey().toLowerCase(Locale.ROOT)).sorted().toList();
            if (!SAFE_METHODS.contains(method) || !unsafe.isEmpty()) {
                if (!preflight(fetch, method, unsafe)) return "stopped";
            }
            StringBuilder headers = new StringBuilder("Origin: " + fetch.origin + "\r\n");
            fetch.headers
                    .forEach((name, value) -> headers.append(name).append(": ").append(value).append("\r\n"));
            return check(fetch, served.ask(method + " /page", headers.toString())) ? "read" : "sent";
        }

        private boolean preflight(Fetch fetch, String method, List<String> unsafe) throws IOException {
            String asked = unsafe.isEmpty()
                    ? ""
                    : "Access-Control-Request-Headers: " + String.join(",", unsafe) + "\r\n";
            RawClient.Reply reply = served.ask("OPTIONS /page", "Accept: */*\r\nOrigin: " + fetch.origin
                    + "\r\nAccess-Control-Request-Method: " + method + "\r\n" + asked);
            if (!check(fetch, reply) || reply.status() < 200 || reply.status() > 299) return false;
            List<String> methods = list(reply, "Access-Control-Allow-Methods");
            List<String> names = list(reply, "Access-Control-Allow-Headers").stream()
                    .map(each -> each.toLowerCase(Locale.ROOT)).toList();
            boolean star = methods.contains("*") && !fetch.credentials;
            if (!methods.contains(method) && !SAFE_METHODS.contains(method) && !star) return false;
            return unsafe.stream().allMatch(each -> names.contains(each)
                    || (names.contains("*") && !fetch.credentials && !each.equals("authorization")));
        }

        private static boolean check(Fetch fetch, RawClient.Reply reply) {
            String origin = reply.headers().get("access-control-allow-origin");
            if (origin == null) return false;
            if (!fetch.credentials && origin.equals("*")) return true;
            if (!origin.equals(fetch.origin)) return false;
            return !fetch.credentials
                    || "true".equals(reply.headers().get("access-control-allow-credentials"));
        }

        private static List<String> list(RawClient.Reply reply, String name) {
            String value = reply.headers().getOrDefault(name.toLowerCase(Locale.ROOT), "");
            return Arrays.stream(value.split(",", -1)).map(String::strip).filter(each -> !each.isEmpty())
                    .toList();
        }

        private static boolean isSafe(Map.Entry<String, String> header) {
            String value = header.getValue();
            if (value.length() > 128) return false;
            boolean odd = value.chars().anyMatch(c -> "\"():<>?@[\\]{}".indexOf(c) >= 0);
            return switch (header.getKey().toLowerCase(Locale.ROOT)) {
                case "accept" -> !odd;
                case "accept-language", "content-language" -> value.matches("[0-9A-Za-z *,.;=-]*");
                case "content-type" -> !odd && SAFE_TYPES.contains(value.split(";", -1)[0].strip());
                case "range" -> value.matches("bytes=[0-9]+-[0-9]*");
                default -> false;
            };
        }
    }

    private static Map<String, String> headers(String text) {
        if (text.isEmpty()) return Map.of();
        return Stream.of(text.split(" & ", -1)).map(each -> each.split(": ", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1].replace("LONG", "a".repeat(200))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            https://shop.example             | include | GET    | ``                                     | read
            https://shop.example             | omit    | GET    | ``                                     | read
            https://m.shop.example           | include | GET    | ``                                     | read
            https://a.b.shop.example         | include | POST   | Content-Type: text/plain               | read
            http://localhost:3000            | include | GET    | ``                                     | read
            http://[::1]:8080                | include | GET    | ``                                     | read
            https://shop.example             | include | POST   | Content-Type: application/json         | read
            https://shop.example             | include | PUT    | Content-Type: application/json         | read
            https://shop.example             | include | put    | content-TYPE: application/json         | read
            https://shop.example             | include | PATCH  | X-Token: 1 & Content-Type: application/json | read
            https://shop.example             | include | GET    | X-TOKEN: 1                             | read
            https://shop.example             | include | GET    | Accept: LONG                           | read
            https://shop.example             | include | GET    | Accept-Language: en_GB                 | read
            https://shop.example             | include | GET    | Accept: text/html & Content-Language: de | read
            https://shop.example             | include | GET    | Range: bytes=0-1                       | read
            https://shop.example             | include | GET    | Range: bytes=-1                        | read
            https://shop.example             | include | patch  | ``                                     | stopped
            https://shop.example             | include | DELETE | ``                                     | stopped
            https://shop.example             | include | GET    | X-Other: 1                             | stopped
            https://shop.example             | include | GET    | X-Token: 1 & X-Tokens: 1               | stopped
            https://shop.example             | include | GET    | Authorization: Bearer x                | stopped
            https://evil.example             | include | GET    | ``                                     | sent
            https://evil.example             | include | POST   | Content-Type: text/plain               | sent
            https://evil.example             | include | PUT    | ``                                     | stopped
            https://evil.example             | omit    | GET    | X-Token: 1                             | stopped
            http://shop.example              | include | GET    | ``                                     | sent
            https://shop.example:8443        | include | GET    | ``                                     | sent
            https://evilshop.example         | include | GET    | ``                                     | sent
            https://shop.example.evil.test   | include | GET    | ``                                     | sent
            https://evil.test/.shop.example  | include | GET    | ``                                     | sent
            https://evil.test?.shop.example  | include | GET    | ``                                     | sent
            https://evil.test#.shop.example  | include | GET    | ``                                     | sent
            https://u:p@m.shop.example       | include | GET    | ``                                     | sent
            http://localhost                 | include | GET    | ``                                     | sent
            http://localhost:30000           | include | GET    | ``                                     | sent
            http://[::1]                     | include | GET    | ``                                     | sent
            null                             | include | GET    | ``                                     | sent
            null                             | include | PUT    | ``                                     | stopped
            """)
    void page_may_do_what_the_file_lists(String origin, String credentials, String method, String headers,
            String expected) throws IOException {
        Browser browser = new Browser(serve(LISTED));
        assertEquals(expected, browser.fetch(new Fetch(origin, credentials.equals("include"), method,
                headers(headers))));
        if (expected.equals("stopped")) assertEquals(List.of(), calls);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ANY  | https://any.test     | omit    | GET    | ``                             | read
            ANY  | null                 | omit    | GET    | ``                             | read
            ANY  | https://any.test     | omit    | DELETE | Content-Type: application/json | read
            ANY  | https://any.test     | include | GET    | ``                             | sent
            ANY  | https://any.test     | include | DELETE | ``                             | stopped
            ANY  | https://any.test     | omit    | PUT    | ``                             | stopped
            ANY  | https://any.test     | omit    | GET    | X-Token: 1                     | stopped
            NULL | null                 | omit    | GET    | ``                             | read
            NULL | null                 | include | GET    | ``                             | sent
            NULL | https://any.test     | omit    | GET    | ``                             | sent
            NONE | https://any.test     | omit    | GET    | ``                             | sent
            NONE | https://any.test     | omit    | PUT    | ``                             | stopped
            """)
    void page_may_do_what_another_file_lists(String file, String origin, String credentials, String method,
            String headers, String expected) throws IOException {
        Browser browser = new Browser(serve(switch (file) {
            case "ANY" -> ANY;
            case "NULL" -> NULL;
            default -> "";
        }));
        assertEquals(expected, browser.fetch(new Fetch(origin, credentials.equals("include"), method,
                headers(headers))));
    }

    /* --- The headers --- */

    private static String lines(String headers) {
        return headers.isEmpty() ? "" : headers.replace(" & ", "\r\n") + "\r\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Origin: https://shop.example & Access-Control-Request-Method: PUT                            | 204
            Origin: https://shop.example & Access-Control-Request-Method: GET                            | 204
            Origin: https://shop.example & Access-Control-Request-Method: PUT & Access-Control-Request-Headers: x-token,content-type | 204
            Origin: https://shop.example & Access-Control-Request-Method: PUT & Access-Control-Request-Headers: X-Token , Content-Type | 204
            Origin: https://shop.example & Access-Control-Request-Method: PUT & Access-Control-Request-Headers: ,, | 204
            Origin: https://shop.example & Access-Control-Request-Method: TRACE                          | 403
            Origin: https://shop.example & Access-Control-Request-Method: *                              | 403
            Origin: https://shop.example & Access-Control-Request-Method: PUT, PATCH                     | 403
            Origin: https://shop.example & Access-Control-Request-Method: PUT & Access-Control-Request-Headers: * | 403
            Origin: https://shop.example & Access-Control-Request-Method: PUT & Access-Control-Request-Headers: x-token x-other | 403
            Origin: https://evil.example & Access-Control-Request-Method: PUT                            | 403
            Origin: null & Access-Control-Request-Method: PUT                                            | 403
            """)
    void preflight_is_answered_before_anything_else(String headers, int status) throws IOException {
        serve(LISTED);
        // The route of /closed wants a key, /once has one request an hour, /nothing is none.
        for (String path : List.of("/page", "/closed", "/once", "/once", "/nothing", "/passed/x")) {
            RawClient.Reply reply = served.ask("OPTIONS " + path, lines(headers));
            assertEquals(status, reply.status(), path);
            assertEquals("Origin", reply.header("Vary"));
            assertFalse(reply.headers().containsKey("access-control-expose-headers"), reply.toString());
            if (status == 403) {
                assertFalse(reply.headers().containsKey("access-control-allow-methods"), reply.toString());
                continue;
            }
            assertEquals(SHOP, reply.header("Access-Control-Allow-Origin"));
            assertEquals("true", reply.header("Access-Control-Allow-Credentials"));
            assertEquals("GET, HEAD, PATCH, POST, PUT", reply.header("Access-Control-Allow-Methods"));
            assertEquals("accept, accept-language, content-language, content-type, range, x-token",
                    reply.header("Access-Control-Allow-Headers"));
            assertEquals("90", reply.header("Access-Control-Max-Age"));
        }
        assertEquals(List.of(), calls);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            200 | GET /page             | ``
            200 | HEAD /page            | ``
            304 | GET /page             | If-None-Match: *
            204 | OPTIONS /page         | ``
            400 | GET /page?%           | ``
            401 | GET /closed           | ``
            404 | GET /nothing          | ``
            405 | PUT /closed           | ``
            406 | GET /page             | Accept: text/html
            413 | PUT /page             | Content-Type: application/json & Content-Length: 9000
            415 | PUT /page             | Content-Type: text/html & Content-Length: 2
            418 | GET /passed/x         | ``
            429 | GET /once             | ``
            501 | GET /page             | Transfer-Encoding: gzip, chunked
            502 | GET /refused          | ``
            503 | GET /busy             | ``
            504 | GET /late             | ``
            """)
    void every_answer_has_the_headers(int status, String line, String headers) throws IOException {
        serve(LISTED);
        if (status == 429) served.ask(line, "");
        assertPermitted(status, line, "Origin: https://shop.example\r\n" + lines(headers));
    }

    private void assertPermitted(int status, String line, String headers) throws IOException {
        try (RawClient client = served.edge.connect()) {
            client.send(line + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + headers + "\r\n"
                    + (headers.contains("Content-Length: 2\r") ? "{}" : ""));
            RawClient.Reply reply = client.readHead();
            assertEquals(status, reply.status(), reply.toString());
            assertEquals(SHOP, reply.header("Access-Control-Allow-Origin"), reply.toString());
            assertEquals("true", reply.header("Access-Control-Allow-Credentials"));
            assertEquals("x-request-id, retry-after", reply.header("Access-Control-Expose-Headers"));
            assertTrue(reply.header("Vary").contains("Origin"), reply.toString());
            assertEquals("nosniff", reply.header("X-Content-Type-Options"));
            assertEquals("same-origin", reply.header("Cross-Origin-Resource-Policy"));
            assertFalse(reply.headers().containsKey("access-control-allow-private-network"),
                    reply.toString());
        }
    }

    /// Jetty hands on no field of a head that it cannot read.
    @ParameterizedTest
    @CsvSource({"GET /a/../%2e%2e/b, X-A: 1, 400", "GET /page, Content-Length: x, 400",
            "GET /page, X-Big: 1, 431"})
    void answer_to_a_head_that_cannot_be_read_depends_on_the_origin(String line, String header, int status)
            throws IOException {
        serve(LISTED);
        String big = status == 431 ? "X-Token: " + "x".repeat(9_000) + "\r\n" : "";
        RawClient.Reply reply = served.ask(line, "Origin: https://shop.example\r\n" + header + "\r\n" + big);
        assertEquals(status, reply.status());
        assertEquals("Origin", reply.header("Vary"));
        assertEquals("nosniff", reply.header("X-Content-Type-Options"));
    }

    @Test
    void service_that_ends_tells_the_page_so() throws IOException {
        serve(LISTED);
        served.edge.accepting.set(false);
        assertPermitted(503, "GET /page", "Origin: https://shop.example\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://shop.example, https://shop.example",
            "https://shop.example https://evil.example", "*",
            "https://shop.example\r\nOrigin: https://evil.example"})
    void other_origins_get_no_permission_with_any_answer(String origin) throws IOException {
        serve(LISTED);
        for (String line : List.of("GET /page", "GET /nothing", "GET /closed", "GET /a/../%2e%2e/b",
                "GET /passed/x",
                "GET /refused")) {
            try (RawClient client = served.edge.connect()) {
                client.send(
                        line + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\nOrigin: " + origin + "\r\n\r\n");
                RawClient.Reply reply = client.readHead();
                assertTrue(
                        reply.headers().keySet().stream()
                                .noneMatch(each -> each.startsWith("access-control-")),
                        () -> line + " " + reply);
                assertTrue(reply.header("Vary").contains("Origin"), reply.toString());
            }
        }
    }
}
