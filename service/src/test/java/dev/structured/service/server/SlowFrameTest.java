package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.config.TransferConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.server.DepartureTest.Speech;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pins that a client of HTTP/2 must send each head in time, also after its first request, and that bodies
/// and pauses between requests are not taken for slow heads.
class SlowFrameTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String LONG = "x".repeat(8_000);

    @TempDir
    private Path temp;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch running = new CountDownLatch(1);
    private TlsFolder folder;
    private final TestClock clock = new TestClock();
    private RunningEdge edge;

    /// Starts it with a clock that stands, so that no handshake takes too long.
    private void start(Speech speech) throws Exception {
        clock.stand();
        folder = TlsFolder.in(temp);
        String http2 = "http2: {offered: " + (speech == Speech.H2C ? "always" : "tls") + "}";
        ServerConfig config = speech.hasTls()
                ? folder.config("", http2)
                : ServerText.read("maxBody: 10000B", "drainTimeout: 5s", http2);
        TransferConfig usual = config.transfer();
        TransferConfig quick = new TransferConfig(LIMIT, usual.bodyTimeout(), usual.answerTimeout(),
                usual.minRateBytes(), usual.rateWindow(), usual.maxUnsentBytes());
        edge = new RunningEdge(RunningEdge.with(config, quick),
                RouteTable.of(List.of(RunningEdge.ROUTE), (route, request, sink) -> {
                    asked.add(Pages.id(request));
                    if (Pages.id(request).equals("forever")) {
                        running.countDown();
                        Checkpoints.sleepForever();
                    }
                    return Pages.complete(Pages.page(Pages.id(request)));
                }), clock);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private RawHttp2 connect(Speech speech) throws IOException, GeneralSecurityException {
        return connect(speech, edge.port);
    }

    private RawHttp2 connect(Speech speech, int port) throws IOException, GeneralSecurityException {
        return new RawHttp2(port, speech.hasTls() ? folder.ca().client() : null);
    }

    private static boolean trySend(RawHttp2 client, byte... bytes) {
        try {
            client.send(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private void assertOneSlowHead() {
        // It is counted after the connection was closed.
        Await.until("it is counted", () -> !edge.observer.connections.dropped.isEmpty());
        assertEquals(List.of(ConnectionObserver.Drop.SLOW_HEAD), edge.observer.connections.dropped);
    }

    private static byte[] headers(int flags, RawHttp2 client, byte[] block) {
        return RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_STREAM | flags, client.newStream(), block);
    }

    private static byte[] longHead() {
        return RawHttp2.head("GET", "/products/slow", "x", LONG);
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void later_head_that_drips_ends_its_connection_and_no_other(Speech speech) throws Exception {
        start(speech);
        try (RawHttp2 client = connect(speech); RawHttp2 other = connect(speech)) {
            assertEquals(200, client.readReply(client.get("/products/1")).status());
            assertEquals(200, other.readReply(other.get("/products/2")).status());
            clock.go();
            byte[] frame = headers(RawHttp2.END_HEADERS, client, longHead());
            int[] sent = {0};
            SlowClientTest.assertDripEnds(() -> trySend(client, frame[sent[0]++]));
            assertTrue(sent[0] < frame.length, "the head came to its end");
            assertEquals(200, other.readReply(other.get("/products/3")).status());
        }
        assertOneSlowHead();
        assertEquals(List.of("1", "2", "3"), asked);
    }

    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void head_whose_continuations_never_end_ends_the_connection(Speech speech) throws Exception {
        start(speech);
        try (RawHttp2 client = connect(speech)) {
            assertEquals(200, client.readReply(client.get("/products/1")).status());
            clock.go();
            byte[] head = longHead();
            client.send(headers(0, client, Arrays.copyOf(head, 100)));
            int stream = client.newStream() - 2;
            int[] sent = {100};
            SlowClientTest.assertDripEnds(() -> trySend(client,
                    RawHttp2.bytes(RawHttp2.CONTINUATION, 0, stream, head[sent[0]++])));
            assertTrue(sent[0] < head.length, "the head came to its end");
        }
        assertOneSlowHead();
        assertEquals(List.of("1"), asked);
    }

    /// While its block is open nothing else can be read, so that the requests beside it end with it.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void head_that_stops_beside_a_request_that_runs_ends_both(Speech speech) throws Exception {
        start(speech);
        try (RawHttp2 client = connect(speech)) {
            assertEquals(200, client.readReply(client.get("/products/1")).status());
            client.get("/products/forever");
            running.await();
            clock.go();
            client.send(headers(0, client, Arrays.copyOf(longHead(), 100)));
            client.readToEnd();
        }
        edge.settle();
        assertOneSlowHead();
        Await.until("the request that ran is logged",
                () -> edge.log.stream().anyMatch(line -> line.contains("path=/products/forever")));
        assertTrue(edge.log.getLast().contains("status=499"), edge.log::toString);
    }

    /// A part of a record of TLS cannot be decrypted, so that nobody sees a frame.
    @Test
    void record_of_TLS_that_drips_ends_the_connection() throws Exception {
        start(Speech.H2);
        try (Drip drip = new Drip(edge.port); RawHttp2 client = connect(Speech.H2, drip.port())) {
            assertEquals(200, client.readReply(client.get("/products/1")).status());
            drip.slow = true;
            clock.go();
            client.send(headers(RawHttp2.END_HEADERS, client, longHead()));
            client.readToEnd();
        }
        assertOneSlowHead();
        assertEquals(List.of("1"), asked);
    }

    /// Each head has its own time, from its first byte on.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void heads_in_time_are_answered_however_many_they_are(Speech speech) throws Exception {
        start(speech);
        try (RawHttp2 client = connect(speech)) {
            Duration pause = LIMIT.dividedBy(8);
            for (int i = 0; i < 6; i++) {
                byte[] head = RawHttp2.head("GET", "/products/" + i, "x", LONG);
                int stream = client.newStream();
                client.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, stream, Arrays.copyOf(head, 50));
                clock.pass(pause, LIMIT);
                client.send(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, stream,
                        Arrays.copyOfRange(head, 50, head.length));
                assertEquals(200, client.readReply(stream).status());
                clock.pass(pause, LIMIT);
            }
        }
        assertEquals(List.of(), edge.observer.connections.dropped);
    }

    /// Its frame takes longer than a head may.
    @ParameterizedTest
    @EnumSource(names = {"H2", "H2C"})
    void body_may_be_as_slow_as_its_rate_allows(Speech speech) throws Exception {
        start(speech);
        int pieces = 20;
        try (RawHttp2 client = connect(speech)) {
            assertEquals(200, client.readReply(client.get("/products/1")).status());
            int stream = client.newStream();
            client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream,
                    RawHttp2.head("GET", "/products/2"));
            byte[] piece = new byte[100];
            byte[] frame = RawHttp2.bytes(RawHttp2.DATA, RawHttp2.END_STREAM, stream,
                    new byte[pieces * piece.length]);
            client.send(Arrays.copyOf(frame, 9));
            for (int i = 0; i < pieces; i++) {
                clock.pass(LIMIT.dividedBy(8), LIMIT);
                client.send(piece);
            }
            assertEquals(200, client.readReply(stream).status());
        }
        assertEquals(List.of(), edge.observer.connections.dropped);
    }

    /// Passes a client's bytes on, and the answers back; one byte at a time once it is slow.
    private static final class Drip implements AutoCloseable {
        private final ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final int target;
        private volatile boolean slow;

        Drip(int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::serve);
        }

        int port() {
            return port.getLocalPort();
        }

        private void serve() {
            try (Socket client = port.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
                Thread.ofVirtual().start(() -> passBack(server, client));
                InputStream in = client.getInputStream();
                for (int octet = in.read(); octet >= 0; octet = in.read()) {
                    server.getOutputStream().write(octet);
                    if (slow) Thread.sleep(20);
                }
            } catch (IOException | InterruptedException closed) {
                // One of them has closed its connection.
            }
        }

        private static void passBack(Socket server, Socket client) {
            try (server; client) {
                server.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException closed) {
                // As above.
            }
        }

        @Override
        public void close() throws IOException {
            port.close();
        }
    }
}
