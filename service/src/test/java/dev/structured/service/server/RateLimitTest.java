package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// How many requests a route answers, over the real server. No limit comes back while a test runs.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RateLimitTest {
    private static final String FILE = """
            edge: {trustedProxies: [127.0.0.0/8, 10.0.0.0/8]}
            clients:
              one: {keys: "sha256:a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f7a27ae3"}
              two: {keys: "sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"}
            downstreams: {a: {url: "http://a.test"}}
            routes:
              - {path: /all, deadline: 30s, rateLimit: {requests: 2, per: 60min, by: route}, parts: {p: \
            {from: a, path: /}}}
              - {path: /from, deadline: 30s, rateLimit: {requests: 1, per: 60min}, parts: {p: {from: a, \
            path: /}}}
              - path: /by
                deadline: 30s
                access: {clients: [one, two]}
                rateLimit: {requests: 1, per: 60min, by: caller}
                parts: {p: {from: a, path: /}}
              - path: /post
                method: POST
                deadline: 30s
                body: {}
                rateLimit: {requests: 1, per: 60min}
                parts: {p: {from: a, path: /}}
              - {path: /any, deadline: 30s, parts: {p: {from: a, path: /}}}
            """;
    private final AtomicInteger calls = new AtomicInteger();
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedFile(FILE, Map.of("a", _ -> {
            calls.incrementAndGet();
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        }));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private int status(String path, String headers) throws IOException {
        return served.ask("GET " + path, headers).status();
    }

    @Test
    void answers_say_how_many_are_left_and_a_refusal_when_to_come_back() throws IOException {
        RawClient.Reply first = served.ask("GET /all", "");
        assertEquals("\"default\";q=2;w=3600", first.header("RateLimit-Policy"));
        assertEquals("\"default\";r=1;t=1800", first.header("RateLimit"));
        assertEquals(200, status("/all", ""));
        RawClient.Reply refused = served.ask("GET /all", "");
        assertEquals(429, refused.status());
        assertTrue(Integer.parseInt(refused.header("Retry-After")) > 1_700, refused.toString());
        assertTrue(refused.header("RateLimit").startsWith("\"default\";r=0;t="), refused.toString());
        assertTrue(refused.body().contains("too-many-requests"));
        assertEquals(2, calls.get());
    }

    @Test
    void refusal_keeps_the_connection_of_a_request_with_a_short_body() throws IOException {
        String post = "POST /post HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\n\r\n{}";
        try (RawClient client = served.edge.connect()) {
            assertEquals(200, client.send(post).read().status());
            for (int i = 0; i < 3; i++) assertEquals(429, client.send(post).read().status());
            assertEquals(200, client.get("/any").read().status());
        }
    }

    @Test
    void route_without_a_limit_has_none() throws IOException {
        for (int i = 0; i < 5; i++) assertEquals(200, status("/any", ""));
        assertFalse(served.ask("GET /any", "").headers().containsKey("ratelimit"));
        for (int i = 0; i < 5; i++) assertEquals(204, served.ask("OPTIONS /all", "").status());
        assertEquals(200, status("/all", ""));
    }

    @Test
    void callers_are_counted_apart_and_refused_ones_not_at_all() throws IOException {
        for (int i = 0; i < 5; i++) assertEquals(401, status("/by", "X-API-Key: guessed\r\n"));
        assertEquals(200, status("/by", "X-API-Key: 123\r\n"));
        assertEquals(429, status("/by", "X-API-Key: 123\r\n"));
        assertEquals(200, status("/by", "X-API-Key: two\r\n"));
    }

    @Test
    void address_is_the_last_one_that_no_trusted_proxy_has() throws IOException {
        assertEquals(200, status("/from", "X-Forwarded-For: 192.0.2.1\r\n"));
        assertEquals(429, status("/from", "X-Forwarded-For: 192.0.2.1\r\n"));
        assertEquals(429, status("/from", "X-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n"));
        assertEquals(429,
                status("/from", "X-Forwarded-For: 198.51.100.8\r\nX-Forwarded-For: 192.0.2.1, 10.1.2.3\r\n"));
        assertEquals(200, status("/from", "X-Forwarded-For: 192.0.2.2\r\n"));
        assertEquals(200, status("/from", "X-Forwarded-For: 2001:db8::1\r\n"));
        assertEquals(429, status("/from", "X-Forwarded-For: 2001:db8::ffff:1\r\n"));
        assertEquals(200, status("/from", ""));
        assertEquals(429, status("/from", "X-Forwarded-For: nonsense\r\n"));
    }
}
