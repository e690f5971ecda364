package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot be answered with a page is answered with a problem: the right status, no HTML, nothing of the
/// client's own text, nothing about the server.
class MalformedRequestTest {
    private static final String GET = "GET /products/1 HTTP/1.1\r\n";
    private static final String HOST = "Host: test\r\n";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge((route, request, sink) -> {
            asked.add(Pages.id(request));
            return Pages.complete(Pages.page(Pages.id(request)));
        });
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    static List<Arguments> fatal() {
        return List.of(
                argumentSet("headers too large", 431, GET + HOST + "X: " + "a".repeat(9000) + "\r\n\r\n"),
                argumentSet("headers far too large", 431,
                        GET + HOST + "X: " + "a".repeat(500_000) + "\r\n\r\n"),
                argumentSet("URL too long", 414,
                        "GET /products/" + "a".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                argumentSet("NUL in a header's name", 400, GET + HOST + "A\0b: c\r\n\r\n"),
                argumentSet("NUL in a header's value", 400, GET + HOST + "A: b\0c\r\n\r\n"),
                argumentSet("NUL in the path", 400, "GET /products/%00 HTTP/1.1\r\n" + HOST + "\r\n"),
                argumentSet("lines without CR", 400, "GET /products/1 HTTP/1.1\nHost: test\n\n"),
                argumentSet("folded header", 400, GET + HOST + " A: b\r\n\r\n"),
                argumentSet("blank before a colon", 400, GET + HOST + "A : b\r\n\r\n"),
                argumentSet("no host", 400, GET + "\r\n"),
                argumentSet("two hosts", 400, GET + HOST + "Host: other\r\n\r\n"),
                argumentSet("two lengths", 400,
                        GET + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
                argumentSet("length and chunks", 400,
                        GET + HOST + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                argumentSet("negative length", 400, GET + HOST + "Content-Length: -1\r\n\r\n"),
                argumentSet("length beyond numbers", 400,
                        GET + HOST + "Content-Length: 99999999999999999999\r\n\r\n"),
                argumentSet("coding beside chunked", 501,
                        GET + HOST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                argumentSet("coding in a line of its own", 501, GET + HOST
                        + "Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                argumentSet("unknown coding", 501,
                        GET + HOST + "Transfer-Encoding: br;q=1, Chunked\r\n\r\n0\r\n\r\n"),
                argumentSet("chunked twice", 400,
                        GET + HOST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                argumentSet("chunked not last", 400,
                        GET + HOST + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
                argumentSet("coding without chunked", 400, GET + HOST + "Transfer-Encoding: gzip\r\n\r\n"),
                argumentSet("identity", 400, GET + HOST + "Transfer-Encoding: identity\r\n\r\n"),
                argumentSet("chunk size that is none", 400,
                        GET + HOST + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
                argumentSet("chunk longer than it said", 400,
                        GET + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"),
                argumentSet("chunk beyond numbers", 400,
                        GET + HOST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc"),
                argumentSet("bad percent sign", 400, "GET /products/%zz HTTP/1.1\r\n" + HOST + "\r\n"),
                argumentSet("blank in the path", 400, "GET /products/a b HTTP/1.1\r\n" + HOST + "\r\n"),
                argumentSet("no HTTP at all", 400, "HELLO\r\n\r\n"),
                argumentSet("TLS", 400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"),
                argumentSet("HTTP/0.9", 505, "GET /products/1\r\n\r\n"),
                argumentSet("HTTP of the future", 505, "GET /products/1 HTTP/4.2\r\n" + HOST + "\r\n"),
                argumentSet("a tunnel", 501, "CONNECT test:80 HTTP/1.1\r\nHost: test:80\r\n\r\n"),
                argumentSet("unknown expectation", 417, GET + HOST + "Expect: miracles\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("fatal")
    void request_that_is_no_request_is_refused_and_its_connection_closed(int status, String request)
            throws Exception {
        String bytes = "";
        try (RawClient client = edge.connect()) {
            // A long head may be refused, and the connection closed, before all of it has been sent.
            if (client.trySend(request)) {
                RawClient.Reply reply = client.read();
                assertProblem(status, reply);
                assertTrue(client.atEnd());
                bytes = " bytes=" + reply.body().length() + " ";
            }
        }
        Await.until("it is observed", () -> !edge.observer.ended.isEmpty());
        assertEquals(status, edge.observer.one().status());
        assertTrue(edge.logged().contains("status=" + status + " "), edge.logged());
        assertTrue(edge.logged().contains(bytes), edge.logged());
        assertTrue(asked.isEmpty(), asked::toString);
    }

    static List<String> ambiguousUrls() {
        return List.of("/products/..%2Fb", "/products/a%2F..", "/products/%2e%2e",
                "/products/%2e%2e%2fsecret",
                "/products//1", "//products/1",
                "/products/a%5cb", "/products/a\\b", "/products/%0d%0aX:y", "/products/a%09b",
                "/products/%ff",
                "/products/%E0%80%80", "/products/<script>", "/products/1#f", "/products/\u00e9",
                "/products/..;/1", "/products/1;%zz", "/products/1;a=%4", "/products/;%", "/products/1;%00",
                "/products/1;%0a", "/products/1;a=%5c", "/products/1;%ff",
                "/products/.", "/products/..", "/products/1?a=%zz", "/products/1?a=%ff",
                "http://other/products/1", "*");
    }

    @ParameterizedTest
    @MethodSource("ambiguousUrls")
    void url_that_two_readers_may_read_differently_is_refused(String url) throws Exception {
        try (RawClient client = edge.connect().get(url)) {
            RawClient.Reply reply = client.read();
            assertProblem(400, reply);
            assertFalse(reply.body().contains("script"), reply.body());
            assertEquals(200, client.get("/products/next").read().status());
        }
        assertEquals(List.of("next"), asked);
    }

    @Test
    void encoded_slash_is_part_of_a_value_and_ends_no_segment() throws Exception {
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/a%2Fb").read().status());
            assertEquals(200, client.get("/products/%2f").read().status());
            assertEquals(404, client.get("/products%2F1").read().status());
        }
        assertEquals(List.of("a/b", "/"), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/", "/products", "/products/1/more", "/PRODUCTS/1",
            "/products/../products/1"})
    void path_of_no_route_is_not_found_and_not_repeated(String path) throws Exception {
        try (RawClient client = edge.connect().get(path)) {
            RawClient.Reply reply = client.read();
            assertProblem(404, reply);
            assertFalse(reply.body().contains("products"), reply.body());
        }
        assertNull(edge.observer.one().route());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "QUERY", "FOO", "get"})
    void method_of_no_route_is_refused_with_those_that_are(String method) throws Exception {
        try (RawClient client = edge.connect().send(method + " /products/1 HTTP/1.1\r\n" + HOST + "\r\n")) {
            RawClient.Reply reply = client.read();
            assertProblem(405, reply);
            assertEquals("GET, HEAD, OPTIONS", reply.header("Allow"));
            assertEquals(200, client.get("/products/next").read().status());
        }
    }

    @Test
    void unknown_method_has_one_label_for_all() throws Exception {
        try (RawClient client = edge.connect().send("FOO /products/1 HTTP/1.1\r\n" + HOST + "\r\n")) {
            assertProblem(405, client.read());
        }
        assertEquals("_OTHER", edge.observer.one().method());
        assertTrue(edge.logged().startsWith("method=FOO "), edge.logged());
    }

    @Test
    void problem_has_no_body_where_only_the_head_was_asked_for() throws Exception {
        try (RawClient client = edge.connect()
                .send("HEAD /nope HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n")) {
            // The head names a length; were there a body, this would read it.
            assertTrue(client.readAll().endsWith("\r\n\r\n"));
        }
        assertTrue(edge.logged().contains(" bytes=0 "), edge.logged());
    }

    @Test
    void client_that_goes_in_the_middle_of_a_head_is_no_failure_of_ours() throws Exception {
        edge.connect().send(GET + HOST + "X: y").close();
        assertEquals(400, edge.observer.one().status());
        assertNull(edge.observer.one().errorType());
    }

    private static void assertProblem(int status, RawClient.Reply reply) throws IOException {
        assertEquals(status, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertEquals("no-store", reply.header("Cache-Control"));
        assertFalse(reply.headers().containsKey("server"), () -> reply.headers().toString());
        JsonNode body = new ObjectMapper().readTree(reply.body());
        assertEquals(status, body.get("status").asInt());
        assertEquals("about:blank", body.get("type").asText());
        assertFalse(body.get("title").asText().isEmpty());
        assertTrue(body.get("detail").asText().endsWith("."), body::toString);
        assertEquals("urn:structured:request:" + reply.header("X-Request-Id"), body.get("instance").asText());
        for (String inside : List.of("jetty", "javalin", "exception", "java.", "dev.structured", "\tat ")) {
            assertFalse(reply.body().toLowerCase(Locale.ROOT).contains(inside), reply.body());
        }
    }
}
