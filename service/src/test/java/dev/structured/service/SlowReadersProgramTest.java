package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.structured.service.server.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process with 256 MB of heap, and clients that ask for more than that and read it slowly.
class SlowReadersProgramTest {
    private static final int CLIENTS = 100;
    private static final int LARGE = 8_000_000;
    private static final int PIECE = 65_536;
    private static final int SECONDS = 6;
    private static final int BYTES_A_SECOND = 4_096;

    @TempDir
    private Path directory;

    private HttpServer downstream;
    private Program program;
    private int port;

    @BeforeEach
    void start() throws IOException {
        downstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        downstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        byte[] large = ("\"" + "x".repeat(LARGE) + "\"").getBytes(StandardCharsets.US_ASCII);
        byte[] small = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
        downstream.createContext("/", exchange -> {
            byte[] body = exchange.getRequestURI().getPath().equals("/large") ? large : small;
            exchange.sendResponseHeaders(200, body.length);
            // In pieces, since this server keeps a copy of what it is given at once.
            for (int at = 0; at < body.length; at += PIECE)
                exchange.getResponseBody().write(body, at, Math.min(PIECE, body.length - at));
            exchange.close();
        });
        downstream.start();
        Path file = directory.resolve("routes.yaml");
        Files.writeString(file, """
                downstreams:
                  d: {url: "http://127.0.0.1:%d", maxBody: 16MiB, maxConnections: 1000, connectTimeout: 1min}
                routes:
                  - {path: /small, deadline: 50s, parts: {a: {from: d, path: /small, required: true}}}
                  - {path: /large, deadline: 50s, parts: {a: {from: d, path: /large, required: true}}}
                """.formatted(downstream.getAddress().getPort()));
        program = Program.serving(directory, Map.of("_JAVA_OPTIONS", "-Xmx256m"), file.toString());
        port = URI.create(program.pages()).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        program.close();
        downstream.stop(0);
    }

    @Test
    void hundred_slow_readers_of_large_pages_do_not_fill_the_heap() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                clients.add(client);
                client.getOutputStream().write("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
            }
            for (int second = 0; second < SECONDS; second++) {
                Thread.sleep(1_000);
                for (Socket client : clients) {
                    int ready = Math.min(client.getInputStream().available(), BYTES_A_SECOND);
                    client.getInputStream().skipNBytes(ready);
                }
                try (RawClient other = new RawClient(port)) {
                    RawClient.Reply reply = other.get("/small").read();
                    assertEquals(200, reply.status(), reply::body);
                }
            }
        } finally {
            for (Socket client : clients) client.close();
        }
        assertTrue(program.alive(), program::err);
        assertFalse(program.err().contains("OutOfMemoryError"), program::err);
        try (RawClient other = new RawClient(port)) {
            assertEquals(200, other.get("/large").read().status());
        }
    }
}
