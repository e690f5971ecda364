package dev.structured.service;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole program with kept answers that are refreshed in the background, by a downstream that hangs.
@Timeout(300)
class RefreshProgramTest {
    @TempDir
    private Path directory;

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer stock;

    @BeforeEach
    void start() throws IOException {
        stock = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stock.setExecutor(threads);
        stock.createContext("/", exchange -> {
            try {
                if (asked.incrementAndGet() > 1) over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body = "{\"available\":7}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        stock.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        stock.stop(0);
        threads.shutdownNow();
    }

    private Path config(String deadline) throws IOException {
        return Files.writeString(directory.resolve("routes.yaml"),
                """
                        downstreams:
                          stock: {url: "http://127.0.0.1:%d", connectTimeout: 1min, cache: {staleWhileRevalidate: 60min}}
                        routes:
                          - {path: "/stock/{id}", deadline: %s, parts: {stock: {from: stock, path: \
                        "/stock/${id}"}}}
                        """
                        .formatted(stock.getAddress().getPort(), deadline));
    }

    private void givenAndRefreshed(Program program, int calls) {
        get(program.pages() + "/stock/42").then().body("stock.available", equalTo(7));
        Program.await("a refresh", () -> asked.get() == calls);
    }

    private static String refreshes(Program program, String result) {
        return get(program.admin() + "/metrics").asString().lines()
                .filter(line -> line.startsWith("structured_cache_refreshes_total")
                        && line.contains("\"" + result + "\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1)).findFirst().orElse("0");
    }

    @Test
    void reload_stops_the_refresh_that_it_finds_and_the_next_request_begins_one() throws Exception {
        try (Program program = Program.serving(directory, config("60s").toString())) {
            get(program.pages() + "/stock/42").then().body("stock.available", equalTo(7));
            givenAndRefreshed(program, 2);
            config("50s");
            program.hangUp();
            Program.await("its end", () -> refreshes(program, "stopped").equals("1.0"));
            assertEquals("0", refreshes(program, "timeout"));
            givenAndRefreshed(program, 3);
        }
    }

    @Test
    void end_of_the_service_waits_for_no_refresh() throws Exception {
        try (Program program = Program.serving(directory, config("60s").toString())) {
            get(program.pages() + "/stock/42").then().body("stock.available", equalTo(7));
            givenAndRefreshed(program, 2);
            program.terminate();
            assertEquals(0, program.exitCode());
            assertEquals(1, over.getCount());
        }
    }
}
