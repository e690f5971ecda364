package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// No route reads a body; so every body is read, dropped and bounded before any route.
class RequestBodyTest {
    private static final int LIMIT = RunningEdge.LIMITS.maxBodyBytes();

    private final AtomicInteger pages = new AtomicInteger();
    private final TestClock clock = new TestClock();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        clock.stand();
        edge = new RunningEdge(RunningEdge.slowAfter(RunningEdge.LIMITS, Duration.ofMillis(500)),
                RouteTable.of(List.of(RunningEdge.ROUTE), (route, request, sink) -> {
                    pages.incrementAndGet();
                    return Pages.complete(JsonNodeFactory.instance.objectNode());
                }), clock);
    }

    /// Lets time pass once the head of a request has been read.
    private void awaitHead() {
        Await.until("the head is there", () -> edge.observer.active() == 1);
        clock.go();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /products/1", "POST /products/1", "POST /nope"})
    void body_up_to_the_limit_leaves_the_connection_usable(String line) throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(line + head("Content-Length: " + LIMIT) + "x".repeat(LIMIT));
            assertTrue(client.read().status() < 500);
            client.send(line + head("Transfer-Encoding: chunked") + chunk(LIMIT / 2) + chunk(LIMIT / 2)
                    + "0\r\n\r\n");
            assertTrue(client.read().status() < 500);
            assertEquals(200, client.get("/products/1").read().status());
        }
    }

    @Test
    void body_that_comes_after_its_head_is_waited_for() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("POST /nope" + head("Content-Length: 6") + "abc");
            Await.until("the wait for the body", () -> edge.scheduler.statistics().tasks() == 1);
            client.send("def");
            assertEquals(404, client.read().status());
            assertEquals(200, client.get("/products/1").read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /products/1", "POST /products/1", "POST /nope"})
    void body_announced_too_large_is_refused_unread(String line) throws Exception {
        try (RawClient client = edge.connect()) {
            assertRefused(client.send(line + head("Content-Length: " + (LIMIT + 1))));
        }
    }

    @Test
    void body_announced_too_large_is_not_asked_for() throws Exception {
        try (RawClient client = edge.connect()) {
            assertRefused(client
                    .send("GET /products/1" + head("Expect: 100-continue\r\nContent-Length: 4000000000")));
        }
    }

    /// Its client waits for a word before it sends the body, and gets the refusal in place of that.
    @ParameterizedTest
    @CsvSource({"404, POST /nope, Accept: */*", "405, POST /products/1, Accept: */*",
            "204, OPTIONS /products/1, Accept: */*", "406, GET /products/1, Accept: image/png"})
    void body_of_a_request_that_its_head_has_refused_is_not_asked_for(int status, String line, String accept)
            throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(line + head("Expect: 100-continue\r\nContent-Length: 5\r\n" + accept));
            RawClient.Reply reply = client.read();
            assertEquals(status, reply.status());
            assertEquals("close", reply.header("Connection"));
            assertTrue(client.atEnd());
        }
    }

    @Test
    void body_of_a_request_that_may_be_answered_is_asked_for() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("GET /products/1" + head("Expect: 100-continue\r\nContent-Length: 5"));
            assertEquals(100, client.readHead().status());
            client.send("abcde");
            assertEquals(200, client.read().status());
            assertEquals(200, client.get("/products/1").read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /products/1", "POST /products/1", "POST /nope"})
    void body_that_grows_too_large_is_refused(String line) throws Exception {
        try (RawClient client = edge.connect()) {
            assertRefused(
                    client.send(line + head("Transfer-Encoding: chunked") + chunk(LIMIT / 2) + chunk(LIMIT)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
            "Expect: 100-continue\r\nContent-Length: 10\r\n\r\n"})
    void body_that_stops_arriving_is_too_slow(String rest) throws Exception {
        try (RawClient client = edge.connect().send("GET /products/1 HTTP/1.1\r\nHost: test\r\n" + rest)) {
            awaitHead();
            RawClient.Reply reply = client.read();
            if (reply.status() == 100) reply = client.read();
            assertTooSlow(client, reply);
        }
    }

    @Test
    void body_that_drips_is_too_slow() throws Exception {
        try (RawClient client = edge.connect().send("GET /products/1" + head("Content-Length: 9000"))) {
            awaitHead();
            while (edge.observer.ended.isEmpty()) {
                client.trySend("x");
                Thread.sleep(20);
            }
            assertTooSlow(client, client.read());
        }
    }

    @Test
    void client_that_goes_in_the_middle_of_its_body_has_gone() throws Exception {
        RawClient client = edge.connect().send("GET /products/1" + head("Content-Length: 10") + "abc");
        Await.until("the wait for the body", () -> edge.scheduler.statistics().tasks() == 1);
        client.close();
        assertEquals(499, edge.observer.one().status());
        assertEquals("cancelled", edge.observer.one().errorType());
        assertEquals(0, pages.get());
    }

    @Test
    void wait_for_a_body_ends_at_shutdown() throws Exception {
        try (RawClient client = edge.connect().send("GET /products/1" + head("Content-Length: 10") + "abc")) {
            Await.until("the wait for the body", () -> edge.scheduler.statistics().tasks() == 1);
            edge.scheduler.close();
            assertEquals(503, client.read().status());
            assertTrue(client.atEnd());
        }
    }

    private void assertRefused(RawClient client) throws IOException {
        RawClient.Reply reply = client.read();
        assertEquals(413, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertTrue(reply.body().contains("\"maxBodyBytes\":" + LIMIT), reply.body());
        assertEquals("close", reply.header("Connection"));
        assertTrue(client.atEnd());
        assertEquals(0, pages.get());
    }

    private void assertTooSlow(RawClient client, RawClient.Reply reply) {
        assertEquals(408, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertTrue(client.atEnd());
        assertEquals(0, pages.get());
    }

    private static String head(String header) {
        return " HTTP/1.1\r\nHost: test\r\n" + header + "\r\n\r\n";
    }

    private static String chunk(int length) {
        return Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
    }
}
