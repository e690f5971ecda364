package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pins what the watch leans on inside Jetty. When a new Jetty breaks one of these, the watch has to be
/// looked at.
class ClientWatchTest {
    private static final int MOST_PAGES = 100;
    /// One thread may stand still for longer than others need for many pages.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicInteger pages = new AtomicInteger();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(this::page);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    /// `hang` waits for ever in a child task, as a downstream call would; `wait` until the test releases it.
    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        String id = Pages.id(request);
        pages.incrementAndGet();
        switch (id) {
            case "hang" -> Nursery.run(nursery -> nursery.startSoon("call", this::hang));
            case "wait" -> Nursery.run(nursery -> nursery.startSoon("call", () -> {
                running.countDown();
                release.await();
            }));
            default -> {
            }
        }
        return Pages.complete(Pages.page(id));
    }

    private void hang() {
        running.countDown();
        try {
            Checkpoints.sleepForever();
        } finally {
            cancelled.countDown();
        }
    }

    @Test
    void client_that_closes_ends_its_request() throws Exception {
        RawClient client = hanging();
        client.close();
        assertGone();
    }

    @Test
    void client_that_resets_ends_its_request() throws Exception {
        RawClient client = hanging();
        client.reset();
        assertGone();
    }

    @Test
    void client_that_closes_its_sending_side_ends_its_request_and_gets_nothing_but_the_end()
            throws Exception {
        try (RawClient client = hanging()) {
            client.halfClose();
            assertGone();
            assertTrue(client.atEnd());
        }
    }

    @Test
    void client_that_goes_after_it_has_sent_the_next_request_ends_the_first() throws Exception {
        RawClient client = hanging();
        client.get("/products/next");
        awaitTaken();
        client.close();
        assertGone();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_096, 8_192, 8_193, 16_384, 100_000, 1_000_000})
    void client_that_goes_after_it_has_sent_much_ends_its_request(int bytes) throws Exception {
        RawClient client = hanging();
        client.send("x".repeat(bytes));
        awaitTaken();
        client.close();
        assertGone();
    }

    @Test
    void client_that_resets_after_it_has_sent_much_ends_its_request() throws Exception {
        RawClient client = hanging();
        client.send(request("next").repeat(1_000));
        awaitTaken();
        client.reset();
        assertGone();
    }

    /// What lies behind more bytes than are kept cannot be seen: such a client is not waited for.
    @Test
    void client_that_sends_more_early_than_is_kept_ends_its_request() throws Exception {
        RawClient client = hanging();
        client.trySend("x".repeat(ReadAhead.MOST_BYTES + 1));
        assertGone();
        assertEquals(List.of(ConnectionObserver.Drop.SENT_TOO_MUCH), edge.observer.connections.dropped);
        client.reset();
    }

    @Test
    void memory_for_what_is_sent_early_is_bounded_and_given_back() throws Exception {
        int many = 40;
        ReadAheadBudget budget = edge.server.connector().budget();
        long all = budget.left();
        RawClient[] clients = new RawClient[many];
        AtomicLong least = new AtomicLong(all);
        for (int i = 0; i < many; i++) {
            clients[i] = edge.connect().get("/products/hang");
            RawClient client = clients[i];
            // Less than may be kept for one, more than may be kept for all.
            Thread.ofVirtual().start(() -> client.trySend("x".repeat(800_000)));
        }
        Await.until("some are too much", () -> {
            least.accumulateAndGet(budget.left(), Math::min);
            return edge.observer.connections.dropped.contains(ConnectionObserver.Drop.SENT_TOO_MUCH);
        });
        assertTrue(least.get() >= 0);
        // A client that sends the next request early is watched all the same.
        RawClient modest = edge.connect().get("/products/hang").get("/products/next");
        Await.until("all run", () -> pages.get() == many + 1);
        long gone = gone();
        modest.close();
        Await.until("it is noticed", () -> gone() > gone);
        for (RawClient client : clients) client.reset();
        edge.server.stop(Duration.ZERO);
        Await.until("all is given back", () -> budget.left() == all);
    }

    private long gone() {
        return edge.observer.ended.stream().filter(each -> each.status() == 499).count();
    }

    @Test
    void client_that_goes_after_its_answer_changes_nothing() throws Exception {
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
        }
        assertEquals(200, edge.observer.one().status());
    }

    @Test
    void connection_carries_many_requests_one_after_the_other() throws Exception {
        try (RawClient client = edge.connect()) {
            for (int i = 0; i < 50; i++) assertPage("n" + i, client.get("/products/n" + i).read());
        }
        assertEquals(50, pages.get());
    }

    @Test
    void requests_sent_together_are_answered_in_order() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(request("a") + request("b") + request("c"));
            assertPage("a", client.read());
            assertPage("b", client.read());
            assertPage("c", client.read());
            assertPage("d", client.get("/products/d").read());
        }
    }

    @Test
    void request_sent_while_another_runs_is_answered_after_it() throws Exception {
        try (RawClient client = waiting()) {
            client.get("/products/next");
            client.get("/products/last");
            awaitTaken();
            release.countDown();
            assertPage("wait", client.read());
            assertPage("next", client.read());
            assertPage("last", client.read());
            assertPage("d", client.get("/products/d").read());
        }
    }

    @Test
    void half_a_request_sent_while_another_runs_is_taken_up_after_it() throws Exception {
        try (RawClient client = waiting()) {
            String next = request("next");
            client.send(next.substring(0, 20));
            awaitTaken();
            release.countDown();
            assertPage("wait", client.read());
            client.send(next.substring(20));
            assertPage("next", client.read());
        }
    }

    @Test
    void more_requests_than_the_server_holds_are_all_answered_in_order() throws Exception {
        try (RawClient client = waiting()) {
            int many = 1000; // some 40 KB, where the connection holds 8
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < many; i++) requests.append(request("n" + i));
            client.send(requests.toString());
            release.countDown();
            assertPage("wait", client.read());
            for (int i = 0; i < many; i++) assertPage("n" + i, client.read());
        }
    }

    @Test
    void request_with_a_body_is_watched_and_leaves_the_connection_usable() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(
                    "GET /products/a HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc" + request("b"));
            assertPage("a", client.read());
            assertPage("b", client.read());
        }
    }

    @Test
    void expectation_is_met_and_the_connection_stays_usable() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(
                    "GET /products/a HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: "
                            + "3\r\n\r\n");
            assertEquals(100, client.read().status());
            client.send("abc");
            assertPage("a", client.read());
            assertPage("b", client.get("/products/b").read());
        }
    }

    @Test
    void client_that_goes_after_an_expectation_was_met_ends_its_request() throws Exception {
        RawClient client = edge.connect();
        client.send(
                "GET /products/hang HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: "
                        + "3\r\n\r\n");
        assertEquals(100, client.read().status());
        client.send("abc");
        assertTrue(running.await(60, TimeUnit.SECONDS));
        client.close();
        assertGone();
    }

    @Test
    void upgrade_that_nobody_knows_is_ignored() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send(
                    "GET /products/a HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: "
                            + "websocket\r\n\r\n");
            assertPage("a", client.read());
            assertPage("b", client.get("/products/b").read());
        }
    }

    @Test
    void connection_closes_where_the_client_asks_for_it() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("GET /products/a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            assertPage("a", client.read());
            assertTrue(client.atEnd());
        }
    }

    @Test
    void many_clients_that_go_at_once_leave_nothing() throws Exception {
        int many = 100;
        RawClient[] clients = new RawClient[many];
        for (int i = 0; i < many; i++) clients[i] = edge.connect().get("/products/hang");
        Await.until("all run", () -> pages.get() == many && edge.scheduler.statistics().tasks() == 2 * many);
        for (RawClient client : clients) client.reset();
        edge.settle();
        assertEquals(many, edge.observer.ended.stream().filter(ended -> ended.status() == 499).count());
    }

    private RawClient hanging() throws Exception {
        RawClient client = edge.connect().get("/products/hang");
        assertTrue(running.await(60, TimeUnit.SECONDS));
        return client;
    }

    private RawClient waiting() throws Exception {
        RawClient client = edge.connect().get("/products/wait");
        assertTrue(running.await(60, TimeUnit.SECONDS));
        return client;
    }

    /// Gives the watch time to take what was sent; the test holds without it, but would prove less.
    private static void awaitTaken() throws InterruptedException {
        Thread.sleep(50);
    }

    /// The promise is 50 ms. On a machine that may be busy no time can be asserted, so another client asks
    /// for pages meanwhile, and few may be answered before the request is cancelled: usually it is one.
    private void assertGone() throws IOException {
        long left = System.nanoTime();
        try (RawClient other = edge.connect()) {
            for (int pages = 0; cancelled.getCount() > 0; pages++) {
                assertTrue(pages < MOST_PAGES || System.nanoTime() - left < PATIENCE.toNanos(),
                        "Another client got " + pages + " pages before the cancellation");
                assertPage("other", other.get("/products/other").read());
            }
        }
        edge.settle();
        RecordingObserver.Ended ended = edge.observer.ended.stream()
                .filter(each -> each.status() == 499).findFirst().orElseThrow();
        assertEquals(new RecordingObserver.Ended("GET", "http", "/products/{id}", 499, "1.1", "cancelled"),
                ended);
        // The line follows the observer.
        Await.until("a line in the log", () -> edge.log.stream().anyMatch(each -> each.contains("=499")));
        String line = edge.log.stream().filter(each -> each.contains("status=499")).findFirst().orElseThrow();
        assertTrue(line.contains("outcome=client_gone"), line);
    }

    private static void assertPage(String id, RawClient.Reply reply) {
        assertEquals(200, reply.status());
        assertEquals("{\"id\":\"" + id + "\"}", reply.body());
    }

    private static String request(String id) {
        return "GET /products/" + id + " HTTP/1.1\r\nHost: test\r\n\r\n";
    }
}
