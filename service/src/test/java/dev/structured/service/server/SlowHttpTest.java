package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The four modes of `slowhttptest` by raw sockets: others get their pages meanwhile, and nothing is left.
class SlowHttpTest {
    private static final int CLIENTS = 100;
    private static final String BIG = "x".repeat(8 << 20);
    private static final String START = " /large/1 HTTP/1.1\r\nHost: test\r\n";

    private static final RouteConfig LARGE = RunningEdge.routes("""
              - path: /large/{id}
                deadline: 5s
                parts: {product: {from: product-service, path: "/product"}}
            """).getFirst();

    private final List<RawClient> slow = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final TestClock clock = new TestClock();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        ServerConfig limits = RunningEdge.with(RunningEdge.idleAfter(Duration.ofSeconds(10)),
                RunningEdge.idleAfter(Duration.ofSeconds(2)).transfer());
        edge = new RunningEdge(limits,
                RouteTable.of(List.of(LARGE, RunningEdge.ROUTE), (route, request, _) -> {
                    ObjectNode page = Pages.page(Pages.id(request));
                    return Pages.complete(route == LARGE ? page.put("big", BIG) : page);
                }), clock);
    }

    @AfterEach
    void stop() throws IOException {
        over.set(true);
        for (RawClient client : slow) client.close();
        edge.close();
    }

    /// Each client sends a head, whole or not, and then the same again and again. None is too slow before the
    /// others have their pages, however slow this machine is.
    ///
    /// @param more headers after the first lines, which end the head; empty for a head that never ends
    /// @param drip what it sends again and again after that
    @ParameterizedTest(name = "{0}")
    @CsvSource(quoteCharacter = '`', textBlock = """
            slow headers,  GET,  ``,                        X-a: b
            slow body,     POST, Content-Length: 8192,      x
            slow readers,  GET,  X-end: 1,                  ``
            """)
    void slow_clients_lose_their_connections_and_others_get_their_pages(String mode, String method,
            String more,
            String drip) throws Exception {
        clock.stand();
        String head = method + START + (more.isEmpty() ? "" : more + "\r\n\r\n");
        for (int i = 0; i < CLIENTS; i++) {
            RawClient client = new RawClient(edge.port, 1024);
            slow.add(client);
            client.send(head);
            if (!drip.isEmpty()) Thread.ofVirtual().start(() -> drip(client, drip + "\r\n"));
        }
        for (int i = 0; i < 50; i++) {
            try (RawClient other = edge.connect()) {
                assertEquals(200, other.get("/products/1").read().status(), mode);
            }
            Thread.sleep(10);
        }
        assertTrue(edge.observer.connections.open() >= CLIENTS);
        clock.go();
        Await.until("all of them are gone", () -> edge.observer.connections.open() == 0);
        edge.settle();
    }

    private void drip(RawClient client, String more) {
        try {
            while (!over.get() && client.trySend(more))
                Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Pages have no ranges: as many as a head may have ask for the page once.
    @Test
    void ranges_are_ignored() throws Exception {
        StringBuilder ranges = new StringBuilder("bytes=0-");
        for (int i = 1; i < 800; i++) ranges.append(",5-").append(i);
        for (int i = 0; i < CLIENTS; i++) {
            try (RawClient client = edge.connect()) {
                client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nRange: " + ranges + "\r\n\r\n");
                RawClient.Reply page = client.read();
                assertEquals(200, page.status());
                assertEquals("{\"id\":\"1\"}", page.body());
            }
        }
        try (RawClient client = edge.connect()) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: test\r\nRange: " + ranges.toString().repeat(3)
                    + "\r\n\r\n");
            assertEquals(431, client.read().status());
        }
        assertTrue(edge.observer.connections.dropped.isEmpty());
    }
}
