package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections of HTTP/2 that send frames to make work and not to ask are closed, and nobody else notices.
class FloodTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int MOST_BURSTS = 2_000;
    private static final int FRAMES_A_BURST = 50;
    private static final long MOST_HEAP = 64L * 1024 * 1024;
    private static final int OWN_STREAM = 1;

    /// What is sent again and again.
    enum Flood {
        /// Requests that are reset at once (CVE-2023-44487).
        RAPID_RESET,
        /// Requests that the service has to reset (CVE-2025-8671).
        MADE_YOU_RESET,
        /// A head that never ends (CVE-2024-27316).
        CONTINUATION, EMPTY_CONTINUATION, SETTINGS, PING, PRIORITY,
        /// A body in pieces of nothing.
        EMPTY_DATA
    }

    private final AtomicInteger begun = new AtomicInteger();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(ServerText.read("drainTimeout: 5s", "http2: {offered: always}"), this::page);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    /// `hang` waits for ever in a child task, as a downstream call would.
    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        begun.incrementAndGet();
        if (Pages.id(request).equals("hang")) {
            Nursery.run(nursery -> nursery.startSoon("call", Checkpoints::sleepForever));
        }
        return Pages.complete(Pages.page(Pages.id(request)));
    }

    @ParameterizedTest
    @EnumSource
    void connection_that_floods_is_closed_and_others_are_answered(Flood flood) throws Exception {
        long before = heap();
        try (RawHttp2 other = new RawHttp2(edge.port, null);
                RawHttp2 flooding = new RawHttp2(edge.port, null)) {
            assertEquals(200, other.readReply(other.get("/products/1")).status());
            CompletableFuture<RawHttp2.Frame> last = new CompletableFuture<>();
            flooding.read(RawHttp2.SETTINGS);
            begin(flood, flooding);
            Thread reader = Thread.ofVirtual().start(() -> last.complete(flooding.readToEnd()));
            int bursts = 0;
            while (!last.isDone()) {
                assertTrue(bursts++ < MOST_BURSTS, "The connection is still open");
                if (!trySend(flooding, burst(flood, flooding))) break;
                assertEquals(200, other.readReply(other.get("/products/" + bursts)).status());
            }
            reader.join();
            RawHttp2.Frame goAway = last.join();
            // A connection that is closed while the flood goes on may be reset, and its last frame lost.
            if (goAway != null) assertEquals(ENHANCE_YOUR_CALM, goAway.number(4), RawHttp2.text(goAway));
            assertEquals(200, other.readReply(other.get("/products/last")).status());
        }
        edge.settle();
        Await.until("the heap is as before", () -> heap() < before + MOST_HEAP);
    }

    private static void begin(Flood flood, RawHttp2 client) throws IOException {
        byte[] head = RawHttp2.head("GET", "/products/hang");
        switch (flood) {
            case CONTINUATION, EMPTY_CONTINUATION ->
                client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, client.newStream(), head);
            case EMPTY_DATA -> client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, client.newStream(), head);
            default -> {
                // Begins with its first frame.
            }
        }
    }

    /// Returns the next frames of a flood.
    private static byte[] burst(Flood flood, RawHttp2 client) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < FRAMES_A_BURST; i++) {
            switch (flood) {
                case RAPID_RESET -> {
                    int stream = request(client, frames);
                    frames.writeBytes(RawHttp2.bytes(RawHttp2.RESET, 0, stream,
                            RawHttp2.number(RawHttp2.CANCEL)));
                }
                case MADE_YOU_RESET -> {
                    int stream = request(client, frames);
                    // No window grows by nothing.
                    frames.writeBytes(RawHttp2.bytes(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]));
                }
                case CONTINUATION -> {
                    ByteArrayOutputStream more = new ByteArrayOutputStream();
                    RawHttp2.literal(more, "x-" + i, "more");
                    frames.writeBytes(
                            RawHttp2.bytes(RawHttp2.CONTINUATION, 0, OWN_STREAM, more.toByteArray()));
                }
                case EMPTY_CONTINUATION ->
                    frames.writeBytes(RawHttp2.bytes(RawHttp2.CONTINUATION, 0, OWN_STREAM));
                case SETTINGS -> frames.writeBytes(RawHttp2.bytes(RawHttp2.SETTINGS, 0, 0));
                case PING -> frames.writeBytes(RawHttp2.bytes(RawHttp2.PING, 0, 0, new byte[8]));
                case PRIORITY ->
                    frames.writeBytes(RawHttp2.bytes(RawHttp2.PRIORITY, 0, 1001, new byte[5]));
                case EMPTY_DATA -> frames.writeBytes(RawHttp2.bytes(RawHttp2.DATA, 0, OWN_STREAM));
            }
        }
        return frames.toByteArray();
    }

    private static int request(RawHttp2 client, ByteArrayOutputStream frames) {
        int stream = client.newStream();
        frames.writeBytes(RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS,
                stream, RawHttp2.head("GET", "/products/hang")));
        return stream;
    }

    private static boolean trySend(RawHttp2 client, byte[] frames) {
        try {
            client.send(frames);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// A balancer speaks for many clients on one connection, and each one that leaves is a reset. Jetty would
    /// count 128 a second as a flood.
    @Test
    void connection_of_many_clients_that_leave_goes_on() throws Exception {
        int together = 100;
        try (RawHttp2 balancer = new RawHttp2(edge.port, null)) {
            for (int round = 1; round <= 5; round++) {
                int[] streams = new int[together];
                for (int i = 0; i < together; i++) streams[i] = balancer.get("/products/hang");
                int all = round * together;
                Await.until("all run", () -> begun.get() == all);
                for (int stream : streams) balancer.reset(stream);
                Await.until("all have ended", () -> edge.observer.ended.size() == all);
            }
            assertEquals(200, balancer.readReply(balancer.get("/products/stays")).status());
        }
    }

    /// The limit is the file's.
    @Test
    void connection_with_more_resets_than_the_file_allows_is_closed() throws Exception {
        try (RunningEdge strict = new RunningEdge(ServerText.read("drainTimeout: 5s",
                "http2: {offered: always, maxResets: 10}"), this::page);
                RawHttp2 client = new RawHttp2(strict.port, null)) {
            client.read(RawHttp2.SETTINGS);
            client.send(burst(Flood.RAPID_RESET, client));
            RawHttp2.Frame goAway = client.readToEnd();
            assertNotNull(goAway);
            assertEquals(ENHANCE_YOUR_CALM, goAway.number(4));
        }
    }

    @Test
    void request_with_too_large_a_head_is_refused_and_its_connection_goes_on() throws Exception {
        try (RawHttp2 client = new RawHttp2(edge.port, null)) {
            int stream = client.get("/products/1", "x-large", "x".repeat(10_000));
            assertEquals(431, client.readReply(stream).status());
            int longLine = client.get("/products/" + "x".repeat(9_000));
            assertEquals(414, client.readReply(longLine).status());
            assertEquals(200, client.readReply(client.get("/products/2")).status());
        }
    }

    /// More requests at once than are allowed are refused one by one.
    @Test
    void requests_beyond_the_most_at_once_are_refused() throws Exception {
        try (RawHttp2 client = new RawHttp2(edge.port, null)) {
            int[] streams = new int[128];
            for (int i = 0; i < streams.length; i++) streams[i] = client.get("/products/hang");
            Await.until("all run", () -> begun.get() == streams.length);
            int refused = client.get("/products/1");
            RawHttp2.Frame reset = client.read(RawHttp2.RESET);
            assertEquals(refused, reset.stream());
            assertEquals(7, reset.number(0), "REFUSED_STREAM");
            for (int stream : streams) client.reset(stream);
            edge.settle();
            assertNotNull(client.readReply(client.get("/products/2")));
        }
    }
}
