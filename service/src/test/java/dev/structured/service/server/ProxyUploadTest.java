package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies of requests that are passed on to a downstream while they come, over real sockets.
@Timeout(300)
@SuppressWarnings("StringConcatToTextBlock") // each line ends in CR LF
class ProxyUploadTest {
    private static final String ROUTES = """
              - {path: "/small", deadline: 5min, proxy: {to: vets, maxBody: 1KiB}}
              - {path: "/**", deadline: 5min, proxy: {to: vets}}
            """;

    private static void run(ProxyRig.Script script, ProxyRig.Body body) throws Exception {
        ProxyRig.run("", ROUTES, script, body);
    }

    @Test
    void body_over_the_limit_is_refused() throws Exception {
        run((in, out) -> {
            ProxyRig.readHead(in);
            in.readAllBytes();
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /small HTTP/1.1\r\nHost: t\r\nContent-Length: 2000\r\n\r\n");
                RawClient.Reply reply = client.read();
                assertEquals(413, reply.status());
                assertEquals("close", reply.header("Connection"));
            }
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /small HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "7d0\r\n" + "x".repeat(2000) + "\r\n0\r\n\r\n");
                assertEquals(413, client.read().status());
            }
        });
    }

    static long drain(InputStream in, long bytes) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = bytes;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) break;
            left -= read;
        }
        return bytes - left;
    }

    @Test
    void huge_upload_is_never_held_as_a_whole() throws Exception {
        long size = 300L * 1024 * 1024;
        AtomicLong got = new AtomicLong();
        run((in, out) -> {
            String head = ProxyRig.readHead(in);
            assertTrue(head.contains("Content-Length: " + size), head);
            got.set(drain(in, size));
            ProxyRig.write(out, ProxyRig.OK);
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("PUT /x HTTP/1.1\r\nHost: t\r\nContent-Length: " + size + "\r\n\r\n");
                String piece = "x".repeat(1024 * 1024);
                for (long sent = 0; sent < size; sent += piece.length()) client.send(piece);
                assertEquals("ok", client.read().body());
                assertEquals(size, got.get());
                client.get("/again"); // the connection goes on
            }
        });
    }

    /// A client may begin its next request when it has the last byte of an answer, and not before.
    @Test
    void client_that_asks_again_at_once_has_not_sent_too_much() throws Exception {
        int size = 2 * ReadAhead.MOST_BYTES;
        run((in, out) -> {
            while (!ProxyRig.readHead(in).isEmpty()) {
                drain(in, size);
                ProxyRig.write(out, ProxyRig.OK);
            }
        }, rig -> {
            String request = "POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: " + size + "\r\n\r\n"
                    + "x".repeat(size);
            try (RawClient client = rig.edge.connect()) {
                for (int i = 0; i < 30; i++) assertEquals("ok", client.send(request).read().body());
            }
            assertEquals(List.of(), rig.edge.observer.connections.dropped);
        });
    }

    @Test
    void client_is_held_up_by_a_downstream_that_does_not_read() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        run((in, out) -> {
            ProxyRig.readHead(in);
            go.await();
            in.transferTo(OutputStream.nullOutputStream());
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000000\r\n\r\n");
                AtomicLong sent = new AtomicLong();
                Thread sender = Thread.ofVirtual().start(() -> {
                    String piece = "x".repeat(64 * 1024);
                    while (client.trySend(piece))
                        sent.addAndGet(piece.length());
                });
                long before = -1;
                while (before != sent.get()) { // until nothing moves any more
                    before = sent.get();
                    Thread.sleep(500);
                }
                assertTrue(sent.get() < 64L * 1024 * 1024, () -> "sent " + sent);
                go.countDown();
                long stuck = before;
                Await.until("the upload goes on", () -> sent.get() > stuck);
                client.reset();
                sender.join();
            }
        });
    }

    static String readChunks(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        while (true) {
            StringBuilder size = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) throw new EOFException();
                if (c != '\r') size.append((char) c);
            }
            int length = Integer.parseInt(size.toString(), 16);
            all.append(new String(in.readNBytes(length + 2), StandardCharsets.ISO_8859_1), 0, length);
            if (length == 0) return all.toString();
        }
    }

    @Test
    void chunked_body_is_passed_on_in_chunks() throws Exception {
        String[] body = new String[1];
        run((in, out) -> {
            while (true) {
                String head = ProxyRig.readHead(in);
                assertTrue(head.contains("Transfer-Encoding: chunked"), head);
                body[0] = readChunks(in);
                ProxyRig.write(out, ProxyRig.OK);
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send(
                        "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                                + "5\r\nhello\r\n");
                Thread.sleep(100);
                client.send("6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
                assertEquals("ok", client.read().body());
                assertEquals("hello world", body[0]);
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
                assertEquals("ok", client.read().body());
                assertEquals("", body[0]);
                rig.awaitEnded(2);
            }
            assertEquals(1, rig.open.get());
        });
    }

    @Test
    void answer_may_begin_while_the_body_still_comes() throws Exception {
        run((in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                out.write(in.read());
                out.flush();
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 99999\r\n\r\n");
                assertEquals(200, client.readHead().status());
                for (String letter : new String[]{"e", "c", "h", "o"}) {
                    client.send(letter);
                    assertEquals(letter, client.readBytes(1));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answer_that_is_complete_before_the_body_stops_the_upload(boolean closes) throws Exception {
        run((in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 413 Too Large\r\nContent-Length: 7\r\n\r\ntoo big");
            if (!closes) in.transferTo(OutputStream.nullOutputStream());
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\n");
                Thread sender = Thread.ofVirtual().start(() -> {
                    String piece = "x".repeat(16 * 1024);
                    while (client.trySend(piece))
                        Thread.onSpinWait();
                });
                RawClient.Reply head = client.readHead();
                assertEquals(413, head.status());
                assertEquals("close", head.header("Connection"));
                assertEquals("too big", client.readBytes(7));
                sender.join();
            }
        });
    }

    /// The upload is stopped while it waits for the client, of whom more is awaited for a while: its next
    /// bytes do not break the connection before it has read the answer.
    @Test
    void answer_that_is_complete_while_the_client_pauses_is_no_failure() throws Exception {
        run((in, out) -> {
            ProxyRig.readHead(in);
            in.readNBytes(4);
            ProxyRig.write(out, "HTTP/1.1 413 Too Large\r\nContent-Length: 7\r\n\r\ntoo big");
            in.transferTo(OutputStream.nullOutputStream());
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\nbody");
                assertEquals("too big", client.read().body());
                rig.awaitEnded(1);
                assertTrue(client.atEnd());
            }
            assertNull(rig.edge.observer.one().errorType());
            assertTrue(rig.edge.logged().contains("outcome=complete"), rig.edge.logged());
        });
    }

    @Test
    void client_that_waits_for_100_gets_it_or_the_final_answer() throws Exception {
        run((in, out) -> {
            while (true) {
                String head = ProxyRig.readHead(in);
                assertFalse(head.contains("Expect"), head);
                in.readNBytes(4);
                ProxyRig.write(out, ProxyRig.OK);
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send(
                        "POST /x HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
                assertEquals(100, client.readHead().status());
                client.send("body");
                assertEquals("ok", client.read().body());
            }
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /small HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 4000\r\n\r\n");
                assertEquals(413, client.readHead().status());
            }
        });
    }

    @Test
    void downstream_is_left_when_the_client_leaves_in_the_middle_of_its_body() throws Exception {
        CountDownLatch got = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        run((in, out) -> {
            ProxyRig.readHead(in);
            in.read();
            got.countDown();
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } finally {
                closed.countDown();
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 99999\r\n\r\nhalf");
                got.await();
            }
            assertTrue(closed.await(60, TimeUnit.SECONDS));
        });
    }

    /// A short body is read as a whole before the downstream is asked; the other is passed on as it comes.
    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void client_of_HTTP_2_that_resets_its_stream_in_the_middle_of_its_body_has_gone(int length)
            throws Exception {
        ProxyRig.run("", ROUTES + "server: {http2: {offered: always}}\n", (in, out) -> {
            ProxyRig.readHead(in);
            in.transferTo(OutputStream.nullOutputStream());
        }, rig -> {
            try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                int stream = client.newStream();
                client.send(RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream,
                        RawHttp2.head("POST", "/x", "content-length", Integer.toString(length))));
                client.send(RawHttp2.bytes(RawHttp2.DATA, 0, stream, new byte[length / 10]));
                Await.until("the wait for the body", () -> rig.edge.scheduler.statistics().tasks() > 0);
                client.reset(stream);
                Await.until("the log", () -> !rig.edge.log.isEmpty());
                assertTrue(rig.edge.log.getFirst().contains("outcome=client_gone"), rig.edge.log.getFirst());
                assertTrue(rig.edge.log.getFirst().contains("status=499"), rig.edge.log.getFirst());
            }
        });
    }

    /// Whether there is one is seen by reading its first piece, which must not be lost.
    @Test
    void body_of_HTTP_2_needs_no_length() throws Exception {
        List<String> bodies = new CopyOnWriteArrayList<>();
        ProxyRig.run("", ROUTES + "server: {http2: {offered: always}}\n", (in, out) -> {
            while (true) {
                boolean read = ProxyRig.readHead(in).contains("/read");
                if (read) bodies.add(readChunks(in));
                ProxyRig.write(out, ProxyRig.OK);
                if (!read) return;
            }
        }, rig -> {
            try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                assertEquals("ok", upload(client, "/read").body());
                assertEquals("ok", upload(client, "/unread").body());
                assertEquals("ok", upload(client, "/read").body());
            }
        });
        assertEquals(List.of("hello world", "hello world"), bodies);
    }

    private static RawClient.Reply upload(RawHttp2 client, String path) throws IOException {
        int stream = client.newStream();
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(RawHttp2.bytes(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream,
                RawHttp2.head("POST", path)));
        frames.writeBytes(RawHttp2.bytes(RawHttp2.DATA, 0, stream, "hello ".getBytes(US_ASCII)));
        frames.writeBytes(
                RawHttp2.bytes(RawHttp2.DATA, RawHttp2.END_STREAM, stream, "world".getBytes(US_ASCII)));
        client.send(frames.toByteArray());
        return client.readReply(stream);
    }

    /// The frame that ends the head ends the request, whatever length the head says.
    @Test
    void body_of_HTTP_2_that_its_head_announces_and_nobody_sends_is_a_problem() throws Exception {
        ProxyRig.run("", ROUTES + "server: {http2: {offered: always}}\n",
                (in, out) -> in.transferTo(OutputStream.nullOutputStream()), rig -> {
                    try (RawHttp2 client = new RawHttp2(rig.edge.port, null)) {
                        int stream = client.get("/x", "content-length", "3");
                        assertEquals(400, client.readReply(stream).status());
                    }
                });
    }

    @Test
    void malformed_body_is_a_problem() throws Exception {
        run((in, out) -> in.transferTo(OutputStream.nullOutputStream()), rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send(
                        "POST /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n");
                assertEquals(400, client.read().status());
            }
        });
    }
}
