package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A process that stood still refuses no client for what it sent too late meanwhile.
class PausedServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final long PAUSE = Duration.ofMinutes(10).toNanos();
    private static final String HEAD = "GET /products/1 HTTP/1.1\r\nHost: test\r\n";

    private final TestClock clock = new TestClock();
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(RunningEdge.idleAfter(LIMIT), RouteTable.of(List.of(RunningEdge.ROUTE),
                (_, _, _) -> Pages.complete(JsonNodeFactory.instance.objectNode())), clock);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void half_a_head_survives_a_pause_and_is_answered() throws Exception {
        try (RawClient client = edge.connect().send(HEAD)) {
            pause();
            assertEquals(200, client.send("\r\n").read().status());
        }
    }

    @Test
    void half_a_body_survives_a_pause_and_is_answered() throws Exception {
        try (RawClient client = edge.connect().send(HEAD + "Content-Length: 4\r\n\r\nab")) {
            pause();
            assertEquals(200, client.send("cd").read().status());
        }
    }

    @Test
    void idle_connection_survives_a_pause() throws Exception {
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.send(HEAD + "\r\n").read().status());
            pause();
            assertEquals(200, client.send(HEAD + "\r\n").read().status());
        }
    }

    /// Many short pauses are no excuse: each counts for one step.
    @Test
    void head_that_never_comes_ends_the_connection_for_all_the_pauses() throws Exception {
        try (RawClient client = edge.connect().send(HEAD)) {
            Thread pauses = Thread.ofVirtual().start(() -> {
                try {
                    while (true)
                        pause();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertTrue(client.atEnd());
            pauses.interrupt();
        }
    }

    /// Lets ten minutes pass at once, and gives whoever judges by them the time to do so.
    private void pause() throws InterruptedException {
        Thread.sleep(60);
        clock.pause(PAUSE);
        Thread.sleep(600);
    }
}
