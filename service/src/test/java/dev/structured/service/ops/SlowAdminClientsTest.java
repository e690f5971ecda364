package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.server.Await;
import dev.structured.service.server.ConnectionObserver.Drop;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.RecordedConnections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients of the admin listener that send or read slowly lose their connections, as those of the public one.
final class SlowAdminClientsTest {
    private final Scheduler scheduler = Scheduler.open();
    private final RecordedConnections connections = new RecordedConnections();
    private final AdminServer server = new AdminServer(new ListenAddress("127.0.0.1", 0),
            new AdminSources(new Readiness(), _ -> "m 1\n".repeat(2_000_000), Map::of, new FailedCalls(),
                    scheduler, new NoConfig(), null),
            AdminPolicy.DEFAULT, connections);
    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : clients) client.close();
        server.stop();
        scheduler.close();
    }

    /// 30 readers of the tree of 800 tasks; before, they kept its page from others for as long as they liked.
    @Test
    void readers_that_do_not_read_give_their_page_back() throws Exception {
        int port = server.start();
        scheduler.run("page", () -> Nursery.run("parts", nursery -> {
            for (int i = 0; i < 800; i++) nursery.startSoon("part " + i, Checkpoints::sleepForever);
            for (int i = 0; i < 30; i++) {
                ask(port, "/tasks?stacks");
                ask(port, "/metrics");
            }
            assertEquals(200, status(port, "/livez"));
            // Some may have been dropped already if the machine is slow.
            Await.until("503 of /metrics", () -> {
                try {
                    ask(port, "/metrics");
                    return status(port, "/metrics") == 503;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Await.until("four readers were dropped",
                    () -> Collections.frequency(connections.dropped, Drop.SLOW_READER) >= 4);
            awaitStatus(200, port, "/metrics");
            awaitStatus(200, port, "/tasks?stacks");
            nursery.scope().cancel();
        }));
    }

    @Test
    void empty_lines_without_end_end_the_connection() throws Exception {
        try (RawClient client = new RawClient(server.start())) {
            long begun = System.nanoTime();
            while (client.trySend("\r\n")) {
                Thread.sleep(100);
                assertTrue(System.nanoTime() - begun < 60_000_000_000L,
                        "The connection is still open after a minute");
            }
        }
        Await.until("it is counted", () -> connections.dropped.contains(Drop.SLOW_HEAD));
    }

    private void ask(int port, String path) throws IOException {
        RawClient client = new RawClient(port, 1024);
        clients.add(client);
        client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /// Readers are counted before they have given their page back, and have one some time after they have
    /// asked.
    private static void awaitStatus(int status, int port, String path) {
        Await.until(status + " of " + path, () -> {
            try {
                return status(port, path) == status;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static int status(int port, String path) throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.readHead().status();
        }
    }
}
