package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients of streams that go away, that are slow, and that do not read at all. Pins that the watch can read
/// while the request writes.
class StreamedClientTest {
    private static final Duration IDLE = Duration.ofMillis(400);
    /// Longer than a test takes.
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int MANY = 300;
    private static final int MOST_PAGES = 100;
    /// One thread may stand still for longer than others need for many pages.
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonNode BIG = TextNode.valueOf("x".repeat(1 << 20));

    private static final RouteConfig PATIENT = RunningEdge.routes("""
              - path: /patient/{id}
                deadline: 5min
                parts: {product: {from: product-service, path: "/product"}}
            """).getFirst();

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicInteger sent = new AtomicInteger();
    private RunningEdge edge;

    /// @param idle how long a client may be silent, or read nothing
    private void start(Duration idle) throws IOException {
        edge = new RunningEdge(RunningEdge.idleAfter(idle),
                RouteTable.of(List.of(RunningEdge.ROUTE, PATIENT), this::page));
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        String id = Pages.id(request);
        switch (id) {
            case "hang" -> {
                sink.present("product", Pages.page(id));
                Nursery.run(nursery -> nursery.startSoon("call", this::hang));
            }
            case "flood" -> {
                return flood(route, sink);
            }
            case "silent" -> {
                sink.present("product", Pages.page(id));
                Checkpoints.sleep(IDLE.multipliedBy(5).dividedBy(2));
            }
            case "many" -> {
                for (int i = 0; i < MANY; i++) sink.present("part" + i, TextNode.valueOf("y".repeat(10_000)));
            }
            default -> sink.present("product", Pages.page(id));
        }
        return Pages.complete(Pages.page(id));
    }

    private void hang() {
        try {
            Checkpoints.sleepForever();
        } finally {
            cancelled.countDown();
        }
    }

    /// More than any client takes, until the route's deadline; as the engine would.
    private Outcome flood(RouteConfig route, PartSink sink) {
        try {
            Timeouts.moveOnAfter(route.deadline(), () -> {
                while (true) {
                    sink.present("big", BIG);
                    sent.incrementAndGet();
                }
            });
        } finally {
            cancelled.countDown();
        }
        return Pages.failed(new PartFailure("big", null, ErrorType.DEADLINE_EXCEEDED, null, "Too late."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fin", "reset", "half-close"})
    void client_that_goes_between_two_events_ends_its_request(String how) throws Exception {
        start(LONG);
        try (RawClient client = ask("/patient/hang")) {
            assertEquals(200, client.readHead().status());
            assertTrue(client.readChunk().contains("product"));
            go(client, how);
            assertGone();
            if (how.equals("half-close")) {
                assertTrue(client.readChunks().contains("\"outcome\":\"failed\",\"status\":499"));
                assertTrue(client.atEnd());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fin", "reset"})
    void client_that_goes_in_the_middle_of_an_event_ends_its_request(String how) throws Exception {
        start(LONG);
        try (RawClient client = ask("/patient/flood")) {
            assertEquals(200, client.readHead().status());
            awaitBlocked();
            go(client, how);
            assertGone();
        }
    }

    @Test
    void client_that_does_not_read_holds_up_itself_alone() throws Exception {
        start(LONG);
        try (RawClient slow = ask("/patient/flood")) {
            assertEquals(200, slow.readHead().status());
            awaitBlocked();
            int held = sent.get();
            for (int i = 0; i < 20; i++) {
                try (RawClient other = ask("/products/many")) {
                    assertEquals(200, other.readHead().status());
                    assertEquals(MANY + 1, other.readChunks().lines().count());
                }
            }
            // 16 in the channel, one being written, one being sent; and what two sockets hold, some MB.
            assertTrue(held < 60, () -> held + " MiB are held for a client that does not read");
        }
    }

    @Test
    void client_that_does_not_read_is_given_up_soon_after_the_deadline() throws Exception {
        start(IDLE);
        try (RawClient client = answering("/products/flood", "application/x-ndjson")) {
            assertEquals(new RecordingObserver.Ended("GET", "http", "/products/{id}", 200, "1.1",
                    "client_too_slow"), edge.observer.one());
            edge.settle();
            assertTrue(edge.logged().contains("outcome=client_slow"), edge.logged());
            assertFalse(endsWell(client), "What was cut short looks whole");
        }
    }

    @Test
    void client_that_takes_nothing_for_long_is_given_up_before_the_deadline() throws Exception {
        start(IDLE);
        try (RawClient _ = answering("/patient/flood", "text/event-stream")) {
            assertEquals("client_too_slow", edge.observer.one().errorType());
            edge.settle();
        }
    }

    @Test
    void client_that_reads_slowly_gets_everything_in_order() throws Exception {
        start(LONG);
        try (RawClient client = new RawClient(edge.port, 4096)) {
            send(client, "/products/many");
            assertEquals(200, client.readHead().status());
            for (int i = 0; i < MANY; i++) {
                if (i % 60 == 0) Thread.sleep(50);
                assertTrue(client.readChunk().startsWith("{\"event\":\"part\",\"part\":\"part" + i + "\""));
            }
            assertTrue(client.readChunks().startsWith("{\"event\":\"done\",\"outcome\":\"complete\""));
        }
        assertEquals(200, edge.observer.one().status());
    }

    @Test
    void silence_between_two_events_is_not_the_clients_fault() throws Exception {
        start(IDLE);
        int tries = 1;
        while (!areAnsweredAfterSilence())
            assertTrue(tries++ < 20, "The connection was closed each time");
    }

    /// Returns false if the connection was closed behind the stream, as it is if the machine stalls there.
    private boolean areAnsweredAfterSilence() throws IOException {
        try (RawClient client = answering("/products/silent", "application/x-ndjson")) {
            assertTrue(client.readChunks().contains("\"outcome\":\"complete\""));
            try {
                assertEquals(200, client.get("/products/1").read().status());
                return true;
            } catch (IOException closed) {
                return false;
            }
        }
    }

    @Test
    void many_clients_that_go_at_once_leave_nothing() throws Exception {
        start(LONG);
        int many = 50;
        RawClient[] clients = new RawClient[many];
        for (int i = 0; i < many; i++) {
            clients[i] = ask("/products/hang");
            assertEquals(200, clients[i].readHead().status());
        }
        for (RawClient client : clients) client.reset();
        edge.settle();
        assertEquals(many, edge.observer.ended.stream().filter(ended -> ended.status() == 499).count());
    }

    /// Returns a client that has read the head of its answer. If the machine stalls before its request
    /// is read, it is closed for being idle, and another one asks.
    private RawClient answering(String path, String accept) throws IOException {
        for (int tries = 1;; tries++) {
            RawClient client = edge.connect();
            try {
                client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\nAccept: " + accept + "\r\n\r\n");
                assertEquals(200, client.readHead().status());
                return client;
            } catch (IOException closed) {
                client.close();
                if (tries == 20) throw closed;
                edge.settle();
                edge.observer.ended.clear();
                edge.log.clear();
            }
        }
    }

    private RawClient ask(String path) throws IOException {
        RawClient client = edge.connect();
        send(client, path);
        return client;
    }

    private static void send(RawClient client, String path) throws IOException {
        client.send("GET " + path + " HTTP/1.1\r\nHost: test\r\nAccept: application/x-ndjson\r\n\r\n");
    }

    private static void go(RawClient client, String how) throws IOException {
        switch (how) {
            case "fin" -> client.close();
            case "reset" -> client.reset();
            default -> client.halfClose();
        }
    }

    /// Waits until the flood stands: everything is full that holds something for the client.
    private void awaitBlocked() {
        int[] last = {-1};
        Await.until("the flood stands", () -> {
            int before = last[0];
            last[0] = sent.get();
            LockSupport.parkNanos(20_000_000);
            return before == last[0] && before > 0;
        });
    }

    /// Returns true when the body ends with a last chunk.
    private static boolean endsWell(RawClient client) {
        try {
            client.readChunks();
            return true;
        } catch (IOException cut) {
            return false;
        }
    }

    /// Nothing but the client's leaving ends its request: the deadline is far. Another client asks for pages
    /// meanwhile, and few may be answered before the request is cancelled: usually it is one.
    private void assertGone() throws IOException {
        long left = System.nanoTime();
        try (RawClient other = edge.connect()) {
            for (int pages = 0; cancelled.getCount() > 0; pages++) {
                assertTrue(pages < MOST_PAGES || System.nanoTime() - left < PATIENCE.toNanos(),
                        "Another client got " + pages + " pages before the cancellation");
                assertEquals(200, other.get("/products/other").read().status());
            }
        }
        edge.settle();
        RecordingObserver.Ended ended = edge.observer.ended.stream()
                .filter(each -> each.status() == 499).findFirst().orElseThrow();
        assertEquals(new RecordingObserver.Ended("GET", "http", "/patient/{id}", 499, "1.1", "cancelled"),
                ended);
        // The line follows the observer.
        Await.until("a line in the log", () -> edge.log.stream().anyMatch(each -> each.contains("=499")));
        String line = edge.log.stream().filter(each -> each.contains("=499")).findFirst().orElseThrow();
        assertTrue(line.contains("outcome=client_gone"), line);
    }
}
