package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.edge.Pages;
import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that ask for large pages and do not read them, or slowly.
class SlowReaderTest {
    private static final int PAGE = 8 << 20;
    private static final String BIG = "x".repeat(PAGE);
    private static final Duration WINDOW = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Queue<WeakReference<ObjectNode>> pages = new ConcurrentLinkedQueue<>();
    private final List<RawClient> clients = new ArrayList<>();
    private RunningEdge edge;

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) client.close();
        edge.close();
    }

    private void start(Duration answerTimeout, int minRate, int maxUnsentBytes) throws IOException {
        ServerConfig usual = ServerText.read("http2: {offered: always}");
        TransferConfig transfer = new TransferConfig(Duration.ofSeconds(10), Duration.ofSeconds(10),
                answerTimeout, minRate, WINDOW, maxUnsentBytes);
        edge = new RunningEdge(RunningEdge.with(usual, transfer), this::page);
    }

    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        ObjectNode page = Pages.page("1");
        if (Pages.id(request).equals("big")) page.put("big", BIG);
        pages.add(new WeakReference<>(page));
        return Pages.complete(page);
    }

    private RawClient ask() throws IOException {
        RawClient client = new RawClient(edge.port, 4096);
        clients.add(client);
        return client.get("/products/big");
    }

    @Test
    void page_that_makes_no_progress_is_dropped_counted_and_logged() throws Exception {
        start(LONG, 256, 64 << 20);
        ask();
        assertDropped();
    }

    @Test
    void page_that_is_read_too_slowly_is_dropped() throws Exception {
        start(LONG, 1 << 20, 64 << 20);
        read(ask(), 100);
        assertDropped();
    }

    @Test
    void page_that_is_read_fast_enough_is_dropped_at_the_absolute_limit() throws Exception {
        start(Duration.ofSeconds(1), 1, 64 << 20);
        read(ask(), 20);
        assertDropped();
    }

    @Test
    void page_that_is_read_steadily_is_read_whole() throws Exception {
        start(LONG, 256, 64 << 20);
        while (!isReadSteadily(ask()))
            edge.observer.connections.dropped.clear();
        assertTrue(edge.observer.connections.dropped.isEmpty());
    }

    /// Reads a page in pieces, for some three windows of time, in each of which enough is read. Returns false
    /// if the client was dropped because a busy machine did not let it read so often.
    private static boolean isReadSteadily(RawClient client) throws Exception {
        boolean often = true;
        try {
            assertEquals(200, client.readHead().status());
            long last = System.nanoTime();
            for (int read = 0; read < PAGE; read += PAGE / 64) {
                if (client.readBytes(PAGE / 64).length() < PAGE / 64) throw new EOFException();
                Thread.sleep(20);
                long now = System.nanoTime();
                // What one window's reads take from the socket may be some megabytes.
                often &= now - last < WINDOW.toNanos() / 8;
                last = now;
            }
            client.readBytes("{\"id\":\"1\",\"big\":\"\"}".length());
            assertEquals(200, client.get("/products/1").read().status());
            return true;
        } catch (IOException dropped) {
            if (often) throw dropped;
            return false;
        }
    }

    /// Its window is never opened again. The connection, which may carry many clients, stays.
    @Test
    void stream_of_http2_that_nobody_reads_is_reset_and_the_others_go_on() throws Exception {
        start(LONG, 256, 64 << 20);
        try (RawHttp2 client = new RawHttp2(edge.port, null)) {
            client.send(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(64 << 20));
            int unread = client.get("/products/big");
            RawHttp2.Frame reset = client.read(RawHttp2.RESET);
            assertEquals(unread, reset.stream());
            assertEquals(RawHttp2.CANCEL, reset.number(0));
            assertEquals(200, client.readReply(client.get("/products/1")).status());
        }
        assertDropped();
    }

    /// Reads a little now and then, for as long as the connection lasts.
    private static void read(RawClient client, long millis) {
        Thread.ofVirtual().start(() -> {
            try {
                while (client.trySend("") && !client.readBytes(8 << 10).isEmpty())
                    Thread.sleep(millis);
            } catch (IOException | InterruptedException e) {
                // The connection was closed.
            }
        });
    }

    private void assertDropped() {
        assertEquals("client_too_slow", edge.observer.one().errorType());
        assertTrue(edge.logged().contains("outcome=client_slow"), edge.logged());
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_READER), edge.observer.connections.dropped);
        Await.until("the memory is given back", () -> edge.server.unsentBytes() == 0);
    }

    /// 40 pages of 8 MB would need 320 MB. More than five of them are not begun, since the sixth would leave
    /// too little to small ones.
    @Test
    void pages_beyond_the_memory_for_them_are_not_begun() throws Exception {
        start(LONG, 0, 54 << 20);
        int first = 5;
        for (int i = 0; i < first; i++) ask();
        Await.until("five pages wait", () -> edge.server.unsentBytes() >= first * (long) PAGE);
        for (int i = 0; i < 35; i++) {
            RawClient.Reply refused = ask().read();
            assertEquals(503, refused.status());
            assertTrue(refused.body().contains("too-much-unsent"), refused.body());
            refused.header("Retry-After");
        }
        assertTrue(pages.size() <= first + 1, () -> pages.size() + " pages were begun");
        assertTrue(edge.server.unsentBytes() <= 54 << 20);
        assertTrue(edge.observer.ended.stream().allMatch(each -> "unsent_limit".equals(each.errorType())));
        for (RawClient client : clients) client.reset();
        Await.until("the memory is given back", () -> edge.server.unsentBytes() == 0);
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
        }
    }

    /// They would be dropped by no other rule: there is no least rate, and two minutes to read.
    @Test
    void slow_readers_make_room_when_the_memory_is_nearly_used_up() throws Exception {
        start(LONG, 0, 40 << 20);
        for (int i = 0; i < 4; i++) ask();
        Await.until("one is dropped", () -> edge.observer.connections.dropped.contains(
                ConnectionObserver.Drop.SLOW_READER));
        Await.until("there is room", () -> edge.server.unsentBytes() <= 30 << 20);
        assertEquals(200, ask().readHead().status());
    }

    /// What waits for its reader is bytes; the tree that they were made of can be collected.
    @Test
    void tree_of_a_page_is_not_kept_while_its_bytes_wait() throws Exception {
        start(LONG, 0, 64 << 20);
        ask();
        Await.until("the page waits", () -> edge.scheduler.statistics().tasks() == 0 && !pages.isEmpty());
        WeakReference<ObjectNode> page = pages.element();
        Await.until("its tree is collected", () -> {
            // Not one after the other: the request's own thread has to end too.
            LockSupport.parkNanos(200_000_000);
            System.gc();
            return page.refersTo(null);
        });
        assertTrue(edge.server.unsentBytes() >= PAGE, "The page still waits");
    }
}
