package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bodies that their clients send slowly through a `proxy`: they hold no connection of the downstream that
/// others need.
@Timeout(120)
@SuppressWarnings("StringConcatToTextBlock") // each line ends in CR LF
class SlowUploadTest {
    private static final String ROUTES = """
              - {path: "/**", deadline: 60s, proxy: {to: vets}}
            """;
    private static final String STRICT = ROUTES + "server: {transfer: {rateWindow: 1s}}\n";
    private static final String CHUNKED = "POST /up HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\nhalf\r\n";

    /// The heads and bodies of the requests that the downstream got.
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    /// Answers each request when its body has come.
    private void serve(InputStream in, OutputStream out) throws IOException {
        while (true) {
            String head = ProxyRig.readHead(in);
            heads.add(head);
            if (head.contains("chunked")) bodies.add(ProxyUploadTest.readChunks(in));
            else if (head.contains("Content-Length: 10"))
                bodies.add(new String(in.readNBytes(10), US_ASCII));
            ProxyRig.write(out, ProxyRig.OK);
        }
    }

    private long uploads() {
        return heads.stream().filter(head -> head.contains("/up")).count();
    }

    private static void assertOthersAreAnswered(ProxyRig rig) throws IOException {
        try (RawClient other = rig.edge.connect()) {
            for (int i = 0; i < 10; i++) assertEquals("ok", other.get("/other").read().body());
        }
    }

    @Test
    void short_body_takes_no_connection_before_it_is_there() throws Exception {
        ProxyRig.run(", maxConnections: 1", ROUTES, this::serve, rig -> {
            try (RawClient slow = rig.edge.connect()) {
                slow.send("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n01234");
                assertOthersAreAnswered(rig);
                assertEquals(0, uploads());
                slow.send("56789");
                assertEquals("ok", slow.read().body());
                assertEquals(List.of("0123456789"), bodies);
                assertEquals("ok", slow.get("/again").read().body());
            }
        });
    }

    @Test
    void short_body_of_HTTP_2_takes_no_connection_before_it_is_there() throws Exception {
        String http2 = "server: {http2: {offered: always}}\n";
        ProxyRig.run(", maxConnections: 1", ROUTES + http2, this::serve, rig -> {
            try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                int slow = client.newStream();
                client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, slow,
                        RawHttp2.head("POST", "/up", "content-length", "10"));
                client.send(RawHttp2.DATA, 0, slow, "01234".getBytes(US_ASCII));
                for (int i = 0; i < 10; i++)
                    assertEquals("ok", client.readReply(client.get("/other")).body());
                assertEquals(0, uploads());
                client.send(RawHttp2.DATA, RawHttp2.END_STREAM, slow,
                        "56789".getBytes(US_ASCII));
                assertEquals("ok", client.readReply(slow).body());
                assertEquals(List.of("0123456789"), bodies);
            }
        });
    }

    @Test
    void short_body_that_drips_is_answered_408_and_nobody_is_called() throws Exception {
        ProxyRig.run("", STRICT, this::serve, rig -> {
            try (RawClient slow = rig.edge.connect()) {
                slow.send("POST /up HTTP/1.1\r\nHost: t\r\nContent-Length: 9999\r\n\r\n");
                Thread drip = Thread.ofVirtual().start(() -> SlowClientTest.drip(slow));
                RawClient.Reply reply = slow.read();
                assertEquals(408, reply.status());
                assertEquals("close", reply.header("Connection"));
                drip.join();
            }
            assertEquals(List.of(), heads);
        });
    }

    /// Of four connections, two are for bodies whose end nobody knows.
    @Test
    void uploads_that_stop_leave_half_of_the_connections_to_others() throws Exception {
        ProxyRig.run(", maxConnections: 4", ROUTES, this::serve, rig -> {
            List<RawClient> uploads = new ArrayList<>();
            try {
                for (int i = 0; i < 10; i++) uploads.add(rig.edge.connect().send(CHUNKED));
                Await.until("two are in flight", () -> uploads() == 2);
                assertOthersAreAnswered(rig);
                assertEquals(2, uploads());
                for (RawClient each : uploads) each.send("0\r\n\r\n");
                for (RawClient each : uploads) assertEquals("ok", each.read().body());
                assertEquals(10, bodies.size());
            } finally {
                for (RawClient each : uploads) each.close();
            }
        });
    }

    /// An upload has its place until its body has come; after that it is a call like others.
    @Test
    void upload_whose_body_has_come_makes_room_for_the_next() throws Exception {
        List<String> held = new CopyOnWriteArrayList<>();
        ProxyRig.run(", maxConnections: 4", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            held.add(ProxyUploadTest.readChunks(in));
            Await.until("all of them have sent their bodies", () -> held.size() == 4);
            ProxyRig.write(out, ProxyRig.OK);
        }, rig -> {
            List<RawClient> uploads = new ArrayList<>();
            try {
                for (int i = 0; i < 4; i++) uploads.add(rig.edge.connect().send(CHUNKED + "0\r\n\r\n"));
                for (RawClient each : uploads) assertEquals("ok", each.read().body());
            } finally {
                for (RawClient each : uploads) each.close();
            }
        });
    }

    @Test
    void uploads_beyond_the_queue_are_refused() throws Exception {
        ProxyRig.run(", maxConnections: 2, maxQueued: 1", ROUTES, this::serve, rig -> {
            try (RawClient first = rig.edge.connect().send(CHUNKED)) {
                Await.until("one is in flight", () -> rig.state.inFlight() == 1);
                List<RawClient> others = new ArrayList<>();
                try {
                    for (int i = 0; i < 2; i++) others.add(rig.edge.connect().send(CHUNKED));
                    Await.until("one of them is refused", () -> !rig.edge.observer.ended.isEmpty());
                    assertEquals(503, rig.edge.observer.one().status());
                    assertOthersAreAnswered(rig);
                    first.send("0\r\n\r\n");
                    assertEquals("ok", first.read().body());
                } finally {
                    for (RawClient each : others) each.close();
                }
            }
        });
    }

    @Test
    void upload_that_drips_is_answered_408_and_its_connection_given_back() throws Exception {
        ProxyRig.run("", STRICT, this::serve, rig -> {
            try (RawClient slow = rig.edge.connect().send(CHUNKED)) {
                Thread drip = Thread.ofVirtual().start(() -> drip(slow));
                RawClient.Reply reply = slow.read();
                assertEquals(408, reply.status());
                assertEquals("close", reply.header("Connection"));
                drip.join();
            }
            assertEquals(List.of(ConnectionObserver.Drop.SLOW_BODY), rig.edge.observer.connections.dropped);
            Await.until("the downstream is left", () -> rig.open.get() == 0);
        });
    }

    private static void drip(RawClient client) {
        try {
            while (client.trySend("1\r\nx\r\n"))
                Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The client can send no more while the downstream takes nothing.
    @Test
    void time_that_the_downstream_takes_does_not_count_against_the_client() throws Exception {
        long size = 50L * 1024 * 1024;
        ProxyRig.run("", STRICT, (in, out) -> {
            ProxyRig.readHead(in);
            Thread.sleep(3_000); // three windows
            ProxyUploadTest.drain(in, size);
            ProxyRig.write(out, ProxyRig.OK);
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("PUT /up HTTP/1.1\r\nHost: t\r\nContent-Length: " + size + "\r\n\r\n");
                String piece = "x".repeat(1024 * 1024);
                for (long sent = 0; sent < size; sent += piece.length()) client.send(piece);
                assertEquals("ok", client.read().body());
            }
            assertTrue(rig.edge.observer.connections.dropped.isEmpty());
        });
    }
}
