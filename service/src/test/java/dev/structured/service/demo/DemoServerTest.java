package dev.structured.service.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.demo.Action.Answer;
import dev.structured.service.demo.Action.Delayed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DemoServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Answer HELLO = Answer.json(200, "\"hello\"");

    private interface Body {
        void run(DemoServer server, Nursery nursery) throws Exception;
    }

    private static void with(Function<Request, Action> script, Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                body.run(DemoServer.start(nursery, "demo", script), nursery);
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    /// A client that sends what it is told and reads by line.
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(DemoServer server) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout((int) PATIENCE.toMillis());
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        }

        /// Returns the next line; null at the end of the stream.
        String line() throws IOException {
            return in.readLine();
        }

        String rest() throws IOException {
            StringBuilder rest = new StringBuilder();
            for (int c = in.read(); c >= 0; c = in.read()) rest.append((char) c);
            return rest.toString();
        }

        String read(int length) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < length)
                text.append((char) in.read());
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void requests_on_one_connection_are_answered_in_order() {
        with(request -> Answer.json(200, request.method() + " " + request.target() + " " + request.body()),
                (server, _) -> {
                    try (Client client = new Client(server)) {
                        client.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
                        client.send("POST /d HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
                        client.send("GET /e HTTP/1.1\r\n\r\n");
                        for (String expected : new String[]{"GET /a?b=c ", "POST /d abc", "GET /e "}) {
                            assertEquals("HTTP/1.1 200 .", client.line());
                            assertEquals("Content-Type: application/json", client.line());
                            assertEquals("Content-Length: " + expected.length(), client.line());
                            assertEquals("", client.line());
                            assertEquals(expected, client.read(expected.length()));
                        }
                    }
                    assertEquals(1, server.acceptedConnections());
                    assertEquals(3, server.requests());
                    assertTrue(server.awaitNoConnections(PATIENCE));
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /                                                  | 400
            GET / HTTP/1.0                                         | 400
            get / HTTP/1.1                                         | 400
            GET http://x/ HTTP/1.1                                 | 400
            GET / HTTP/1.1 x                                       | 400
            GET / HTTP/1.1\\nno colon                              | 400
            GET / HTTP/1.1\\nA: b\\n folded                        | 400
            POST / HTTP/1.1\\nContent-Length: -1                   | 400
            POST / HTTP/1.1\\nContent-Length: 1048577              | 413
            POST / HTTP/1.1\\nTransfer-Encoding: chunked           | 501
            """)
    void what_it_does_not_understand_is_refused_and_the_connection_closed(String head, int status) {
        with(request -> HELLO, (server, _) -> {
            try (Client client = new Client(server)) {
                client.send(head.replace("\\n", "\r\n") + "\r\n\r\n");
                assertEquals("HTTP/1.1 " + status + " .", client.line());
                client.rest();
            }
            assertTrue(server.awaitNoConnections(PATIENCE));
            assertEquals(0, server.requests());
        });
    }

    @Test
    void endless_head_is_refused() {
        with(request -> HELLO, (server, _) -> {
            try (Client client = new Client(server)) {
                client.send("GET / HTTP/1.1\r\nX: " + "x".repeat(RequestReader.MAX_HEAD_BYTES));
                assertEquals("HTTP/1.1 431 .", client.line());
            }
        });
    }

    @Test
    void client_that_goes_away_is_noticed_while_hanging() {
        abandoned_during(Faults.hang());
    }

    @Test
    void client_that_goes_away_is_noticed_during_a_pause() {
        abandoned_during(new Delayed(Duration.ofMinutes(5), HELLO));
    }

    private static void abandoned_during(Action action) {
        with(request -> action, (server, _) -> {
            long before = System.nanoTime();
            try (Client client = new Client(server)) {
                client.send("GET / HTTP/1.1\r\n\r\n");
                while (server.requests() == 0)
                    Thread.onSpinWait();
                assertEquals(1, server.openConnections());
            }
            assertTrue(server.awaitAbandoned(PATIENCE) > before);
            assertTrue(server.awaitNoConnections(PATIENCE));
            assertThrows(IllegalStateException.class, () -> server.awaitAbandoned(Duration.ZERO));
        });
    }

    @Test
    void client_that_closes_between_requests_has_abandoned_nothing() {
        with(request -> HELLO, (server, _) -> {
            try (Client client = new Client(server)) {
                client.send("GET / HTTP/1.1\r\n\r\n");
                assertEquals("HTTP/1.1 200 .", client.line());
            }
            assertTrue(server.awaitNoConnections(PATIENCE));
            assertThrows(IllegalStateException.class, () -> server.awaitAbandoned(Duration.ZERO));
        });
    }

    @Test
    void stop_at_any_moment_is_no_failure() {
        for (int i = 0; i < 500; i++) {
            int pause = i;
            with(request -> HELLO, (server, _) -> {
                LockSupport.parkNanos(pause * 200L);
                server.stop();
            });
        }
    }

    @Test
    void stop_closes_connections_and_the_port() {
        with(request -> Faults.hang(), (server, _) -> {
            try (Client idle = new Client(server); Client hanging = new Client(server)) {
                hanging.send("GET / HTTP/1.1\r\n\r\n");
                while (server.requests() == 0)
                    Thread.onSpinWait();
                server.stop();
                assertEquals("", hanging.rest());
                assertEquals("", idle.rest());
            }
            assertTrue(server.awaitNoConnections(PATIENCE));
            assertThrows(ConnectException.class, () -> new Client(server).close());
            assertThrows(IllegalStateException.class, () -> server.awaitAbandoned(Duration.ZERO),
                    "it was not the client");
        });
    }

    @Test
    void cancelled_nursery_closes_connections_and_the_port() throws Exception {
        DemoServer[] servers = new DemoServer[1];
        Client[] clients = new Client[1];
        with(request -> Faults.hang(), (server, _) -> {
            servers[0] = server;
            clients[0] = new Client(server);
            clients[0].send("GET / HTTP/1.1\r\n\r\n");
            while (server.requests() == 0)
                Thread.onSpinWait();
        });
        assertEquals("", clients[0].rest());
        clients[0].close();
        assertEquals(0, servers[0].openConnections());
        assertThrows(ConnectException.class, () -> new Client(servers[0]).close());
    }

    @Test
    void reset_is_a_reset_and_close_a_close() {
        with(request -> request.path().equals("/reset") ? Faults.reset() : Faults.close(), (server, _) -> {
            try (Client client = new Client(server)) {
                client.send("GET /reset HTTP/1.1\r\n\r\n");
                assertThrows(SocketException.class, client::line);
            }
            try (Client client = new Client(server)) {
                client.send("GET /close HTTP/1.1\r\n\r\n");
                assertEquals("", client.rest());
            }
        });
    }

    @Test
    void drip_sends_the_body_byte_by_byte() {
        with(request -> Faults.drip(HELLO, Duration.ofMillis(20)), (server, _) -> {
            try (Client client = new Client(server)) {
                long began = System.nanoTime(); // before anything is sent: a busy machine may read late
                client.send("GET / HTTP/1.1\r\n\r\n");
                while (!client.line().isEmpty()) {
                    // the head comes at once
                }
                assertEquals("\"hello\"", client.read(7));
                assertTrue(System.nanoTime() - began > Duration.ofMillis(100).toNanos());
            }
        });
    }

    @Test
    void port_in_use_is_said_at_once_and_nobody_listens_on_a_refusing_port() {
        with(request -> HELLO, (server, nursery) -> {
            var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            assertThrows(BindException.class,
                    () -> DemoServer.start(nursery, "second", taken, request -> HELLO));
            int port = DemoServer.refusingPort();
            assertThrows(ConnectException.class,
                    () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
            assertFalse(server.toString().isBlank());
        });
    }
}
