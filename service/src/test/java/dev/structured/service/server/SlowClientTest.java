package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pins that nobody holds a connection by being slow, and that a slow page is nobody's fault.
class SlowClientTest {
    private static final Duration IDLE = Duration.ofMillis(400);
    private static final String HEAD = "GET /products/1 HTTP/1.1\r\nHost: test\r\nX: ";

    private final TestClock clock = new TestClock();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        start(RunningEdge.idleAfter(IDLE));
    }

    private void start(ServerConfig limits) throws IOException {
        edge = new RunningEdge(limits, RouteTable.of(List.of(RunningEdge.ROUTE), (route, request, sink) -> {
            // Not a multiple: an idle connection may be closed at the very moment at which its answer goes
            // out.
            if (Pages.id(request).equals("slow")) Checkpoints.sleep(IDLE.multipliedBy(7).dividedBy(2));
            return Pages.complete(JsonNodeFactory.instance.objectNode());
        }), clock);
    }

    /// Starts it with a clock that stands, by which alone clients are slow.
    private void startTimeless() throws IOException {
        edge.close();
        clock.stand();
        start(RunningEdge.slowAfter(RunningEdge.LIMITS, IDLE));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void connection_on_which_nothing_is_said_is_closed_and_not_logged() throws Exception {
        try (RawClient client = edge.connect()) {
            assertTrue(client.atEnd());
        }
        edge.settle();
        assertTrue(edge.log.isEmpty(), edge.log::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /products/1", HEAD})
    void head_that_stops_arriving_ends_the_connection(String start) throws Exception {
        try (RawClient client = edge.connect().send(start)) {
            assertTrue(client.atEnd());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /products/1", HEAD})
    void head_that_drips_ends_the_connection(String start) throws Exception {
        try (RawClient client = edge.connect().send(start)) {
            // Each byte starts Jetty's idle time anew; without a limit of our own this would go on for ever.
            assertDripEnds(() -> client.trySend("x"));
        }
    }

    /// Empty lines before a request line are allowed, and Jetty skips them one by one.
    @Test
    void empty_lines_without_end_end_the_connection() throws Exception {
        try (RawClient client = edge.connect()) {
            assertDripEnds(() -> client.trySend("\r\n"));
        }
        Await.until("it is counted", () -> !edge.observer.connections.dropped.isEmpty());
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_HEAD), edge.observer.connections.dropped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "G", "GET /products/1 HTTP/1.1\r\nA: b"})
    void later_head_that_drips_ends_the_connection(String start) throws Exception {
        startTimeless();
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
            clock.go();
            client.send(start);
            String drop = start.equals("\r\n") ? start : "x";
            assertDripEnds(() -> client.trySend(drop));
        }
    }

    /// The next head is due from its first byte on, not from the end of the last one.
    @Test
    void time_between_requests_is_not_the_next_heads() throws Exception {
        startTimeless();
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
            clock.pass(IDLE.dividedBy(2), IDLE);
            client.send("GET /products/2 HTTP/1.1\r\n");
            clock.pass(IDLE.multipliedBy(6).dividedBy(10), IDLE);
            assertEquals(200, client.send("Host: test\r\n\r\n").read().status());
        }
    }

    @Test
    void body_that_drips_is_answered_408_and_ends_the_connection() throws Exception {
        startTimeless();
        try (RawClient client = edge.connect()) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nContent-Length: 9000\r\n\r\n");
            Await.until("the head is there", () -> edge.observer.active() == 1);
            clock.go();
            Thread drip = Thread.ofVirtual().start(() -> drip(client));
            assertEquals(408, client.read().status());
            assertTrue(client.atEnd());
            drip.join();
        }
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_BODY), edge.observer.connections.dropped);
    }

    /// Sends bytes one by one until the connection is closed.
    static void drip(RawClient client) {
        try {
            while (client.trySend("x"))
                Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// @param drop sends something; returns false once the connection is closed
    static void assertDripEnds(BooleanSupplier drop) throws InterruptedException {
        long begun = System.nanoTime();
        while (drop.getAsBoolean()) {
            Thread.sleep(20);
            assertTrue(System.nanoTime() - begun < 60_000_000_000L,
                    "The connection is still open after a minute");
        }
    }

    @Test
    void head_that_was_begun_and_never_ended_is_logged_as_too_slow() throws Exception {
        // On a busy machine the limit can pass before the head's first bytes are read. Then none was begun.
        while (edge.observer.ended.isEmpty()) {
            try (RawClient client = edge.connect().send(HEAD)) {
                assertTrue(client.atEnd());
            }
            edge.settle();
        }
        assertEquals(408, edge.observer.one().status());
        assertTrue(edge.logged().matches("method=GET route=- path=- status=408 .*"), edge.logged());
    }

    @Test
    void drip_between_requests_does_not_count_against_the_next() throws Exception {
        startTimeless();
        try (RawClient client = edge.connect()) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, client.get("/products/" + i).read().status());
                clock.pass(IDLE.dividedBy(2), IDLE);
            }
        }
    }

    /// The route's deadline bounds a request in flight; PageHandler sees to it that the idle time does not.
    ///
    /// A machine that stalls between two requests ends the connection as well, so it is tried several times.
    @Test
    void page_that_takes_longer_than_a_connection_may_be_silent_is_answered() throws Exception {
        int tries = 1;
        while (!isAnsweredAfterSilence())
            assertTrue(tries++ < 20, "The connection was closed each time");
    }

    private boolean isAnsweredAfterSilence() {
        try (RawClient client = edge.connect().get("/products/slow")) {
            assertEquals(200, client.read().status());
            assertEquals(200, client.get("/products/1").read().status());
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
