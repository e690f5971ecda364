package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.structured.service.server.Await;
import dev.structured.service.server.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A process that may open 256 files and sockets, and gets more clients and calls than that.
@EnabledOnOs(value = OS.LINUX, disabledReason = "The shell sets the limit, /proc tells what is open")
class DescriptorsProgramTest {
    private static final int DESCRIPTORS = 256;

    @TempDir
    private Path directory;

    private final CountDownLatch release = new CountDownLatch(1);
    private final List<RawClient> clients = new ArrayList<>();
    private HttpServer downstream;
    private Program program;
    private int pages;
    private int admin;

    @BeforeEach
    void start() throws IOException {
        downstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        downstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        downstream.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().equals("/hang")) awaitRelease();
            byte[] body = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        downstream.start();
        Path file = directory.resolve("routes.yaml");
        Files.writeString(file, """
                downstreams:
                  d: {url: "http://127.0.0.1:%d", maxConnections: 1000, maxQueued: 0, connectTimeout: 1min}
                routes:
                  - {path: /ok, deadline: 50s, parts: {a: {from: d, path: /ok, required: true}}}
                  - path: /hang
                    deadline: 60s
                    parts: {a: {from: d, path: /hang}, b: {from: d, path: /hang}, c: {from: d, path: /hang}}
                """.formatted(downstream.getAddress().getPort()));
        program = Program.servingWithin(DESCRIPTORS, directory, file.toString());
        pages = URI.create(program.pages()).getPort();
        admin = URI.create(program.admin()).getPort();
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        for (RawClient client : clients) client.close();
        program.close();
        downstream.stop(0);
    }

    private RawClient connect() throws IOException {
        RawClient client = new RawClient(pages);
        clients.add(client);
        return client;
    }

    @Test
    void more_clients_than_descriptors_wait_and_stop_nobody() throws Exception {
        RawClient first = connect();
        assertEquals(200, first.get("/ok").read().status());
        for (int i = 0; i < 300; i++) connect();
        String reached = "structured_connections_limited_total{listener=\"public\",reason=\"max\"} [1-9].*";
        Await.until("the limit is reached", () -> ask("/metrics").lines().anyMatch(l -> l.matches(
                reached.replace("{", "\\{").replace("}", "\\}"))));
        // Half of the descriptors are left for calls, and for the admin listener. After a second, an idle
        // connection makes room for another.
        if (!page(first, "/ok").startsWith("200"))
            assertEquals("200", page(connect(), "/ok").substring(0, 3));
        assertTrue(ask("/livez").startsWith("HTTP/1.1 200"));
        for (RawClient client : clients) client.close();
        assertEquals(200, connect().get("/ok").read().status());
        assertQuiet();
    }

    /// Descriptors that were taken and closed again since they were counted are not missing.
    @Test
    void connections_that_come_and_go_use_up_nothing() throws Exception {
        for (int i = 0; i < 3 * DESCRIPTORS; i++) {
            try (RawClient client = new RawClient(pages)) {
                RawClient.Reply reply = client.get("/ok").read();
                assertEquals(200, reply.status(), reply::body);
            }
        }
        assertQuiet();
    }

    @Test
    void calls_that_use_up_all_descriptors_are_told_so_and_admin_answers() throws Exception {
        RawClient told = connect();
        for (int i = 0; i < 80; i++) connect().get("/hang");
        AtomicReference<String> last = new AtomicReference<>("");
        Await.until("no descriptor is left", () -> {
            last.set(page(told, "/ok"));
            return last.get().contains("out-of-descriptors");
        });
        String refused = last.get();
        assertTrue(refused.startsWith("503"), refused);
        assertTrue(refused.contains("no file descriptor left"), refused);
        assertTrue(refused.contains("\"error\":\"descriptors\""), refused);
        for (int i = 0; i < 3; i++) assertTrue(ask("/livez").startsWith("HTTP/1.1 200"));
        release.countDown();
        Await.until("calls are made again", () -> page(told, "/ok").startsWith("200"));
        assertQuiet();
    }

    /// Nothing is logged for each connection or call, and no trace at all.
    private void assertQuiet() {
        String log = program.err();
        assertFalse(log.contains("\tat "), log);
        assertTrue(log.lines().filter(line -> line.contains(" WARN ")).count() <= 3, log);
    }

    private String ask(String path) {
        try (RawClient client = new RawClient(admin)) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.readAll();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String page(RawClient client, String path) {
        try {
            RawClient.Reply reply = client.get(path).read();
            return reply.status() + " " + reply.body();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
