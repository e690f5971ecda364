package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How requests that are passed on end: with a whole answer, with one that is cut short or late, or because
/// the client leaves.
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // each line ends in CR LF
class ProxyEndsTest {
    private static final String ROUTES = """
              - {path: "/short/**", deadline: 300ms, proxy: {to: vets}}
              - {path: "/**", deadline: 20s, proxy: {to: vets}}
            """;

    @Test
    void answer_that_ends_with_its_connection_is_passed_back() throws Exception {
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\n\r\nall of it");
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.get("/x");
                client.readHead();
                assertEquals("all of it", client.readChunks());
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Content-Length: 10\\r\\n\\r\\nhalf                      | -
            Transfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n | -
            Content-Length: 10\\r\\n\\r\\nhalf                      | Connection: close
            Transfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n | Connection: close
            """)
    void client_sees_that_an_answer_is_cut_short(String answer, @Nullable String header) throws Exception {
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\n" + answer.translateEscapes());
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: test\r\n" + (header == null ? "" : header + "\r\n")
                        + "\r\n");
                RawClient.Reply head = client.readHead();
                assertEquals(200, head.status());
                boolean ends = head.headers().containsKey("content-length")
                        || head.headers().containsKey("transfer-encoding");
                assertTrue(ends, () -> "The end of the body is not marked: " + head.headers());
                String rest = client.readAll();
                assertTrue(rest.contains("half"), rest);
                assertFalse(rest.contains("0\r\n\r\n"), rest);
            }
            Await.until("the log", () -> !rig.edge.log.isEmpty());
            assertTrue(rig.edge.log.getFirst().contains("outcome=failed"), rig.edge.log.getFirst());
        });
    }

    /// The end of its body is that of the connection; one that was cut short must not look like it.
    @Test
    void client_of_HTTP_1_0_sees_by_a_reset_that_an_answer_is_cut_short() throws Exception {
        ProxyRig.run("", ROUTES, (in, out) -> {
            String end = ProxyRig.readHead(in).startsWith("GET /whole") ? "0\r\n\r\n" : "";
            ProxyRig.write(out,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n" + end);
        }, rig -> {
            try (RawClient client = rig.edge.connect().send("GET /whole HTTP/1.0\r\n\r\n")) {
                assertEquals(200, client.readHead().status());
                assertEquals("body", client.readAll());
            }
            try (RawClient client = rig.edge.connect().send("GET /cut HTTP/1.0\r\n\r\n")) {
                assertThrows(IOException.class, () -> {
                    client.readHead();
                    client.readAll();
                });
            }
        });
    }

    @Test
    void downstream_that_closes_without_an_answer_is_a_problem() throws Exception {
        ProxyRig.run("", ROUTES, (in, out) -> ProxyRig.readHead(in), rig -> {
            RawClient.Reply reply = rig.ask("GET /x", "");
            assertEquals(502, reply.status());
            assertTrue(reply.body().contains("\"downstream\":\"vets\""), reply.body());
            assertTrue(reply.header("Proxy-Status").contains("connection_terminated"));
        });
    }

    @Test
    void deadline_ends_what_is_too_slow() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            assertEquals(-1, in.read());
            closed.countDown();
        }, rig -> {
            do { // until it has passed while the downstream was asked, and not before
                RawClient.Reply reply = rig.ask("GET /short/x", "");
                assertEquals(504, reply.status());
                assertTrue(reply.body().contains("\"budgetMs\":300"), reply.body());
            } while (!closed.await(2, TimeUnit.SECONDS));
        });
    }

    @Test
    void downstream_is_left_when_the_client_leaves() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            asked.countDown();
            try {
                assertEquals(-1, in.read());
            } finally {
                closed.countDown();
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.get("/x");
                asked.await();
            }
            assertTrue(closed.await(60, TimeUnit.SECONDS));
            Await.until("the log", () -> !rig.edge.log.isEmpty());
            assertTrue(rig.edge.log.getFirst().contains("outcome=client_gone"), rig.edge.log.getFirst());
        });
    }

    @Test
    void downstream_is_left_when_the_client_leaves_in_the_middle_of_the_answer() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            try {
                ProxyRig.write(out, "HTTP/1.1 200 OK\r\n\r\n");
                while (true)
                    ProxyRig.write(out, "x".repeat(10_000));
            } finally {
                closed.countDown();
            }
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.get("/x");
                client.readHead();
                client.readChunk();
            }
            assertTrue(closed.await(60, TimeUnit.SECONDS));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /x HTTP/1.1\r\nHost: t\r\n\r\n",
            "POST /x HTTP/1.1\r\nHost: t\r\nContent-Length: 99999\r\n\r\nhalf"})
    void client_that_closes_its_sending_side_has_gone_and_gets_nothing_but_the_end(String request)
            throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            asked.countDown();
            in.transferTo(OutputStream.nullOutputStream());
        }, rig -> {
            try (RawClient client = rig.edge.connect()) {
                client.send(request);
                asked.await();
                client.halfClose();
                assertEquals("", client.readAll());
            }
            String line = rig.edge.logged();
            assertTrue(line.contains("status=499") && line.contains("bytes=0 "), line);
        });
    }

    /// The client begins to read when the downstream has begun to answer, and takes its time.
    @Test
    void call_lasts_until_the_answer_begins() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        ProxyRig.run("", ROUTES, (in, out) -> {
            ProxyRig.readHead(in);
            ProxyRig.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            begun.countDown();
            over.await();
            ProxyRig.write(out, "k");
        }, rig -> {
            long began = System.nanoTime();
            try (RawClient client = rig.edge.connect()) {
                client.send("GET /x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
                assertEquals(200, client.readHead().status());
                begun.await();
                long answered = System.nanoTime() - began;
                Thread.sleep(Math.max(300, answered / 1_000_000));
                over.countDown();
                client.readAll();
                Await.until("the call has ended", () -> rig.ended.size() == 1);
                long nanos = rig.ended.getFirst().nanos();
                assertTrue(nanos > 0 && nanos <= answered, () -> nanos + " of " + answered);
            }
        });
    }
}
