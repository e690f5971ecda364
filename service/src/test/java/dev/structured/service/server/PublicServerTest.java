package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Start, drain and stop.
class PublicServerTest {
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger together = new AtomicInteger();

    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        String id = Pages.id(request);
        if (id.equals("hang")) {
            running.countDown();
            Checkpoints.sleepForever();
        }
        if (id.equals("wait")) {
            running.countDown();
            while (release.getCount() > 0)
                Checkpoints.sleep(Duration.ofMillis(5));
        }
        if (id.equals("together")) {
            together.incrementAndGet();
            while (release.getCount() > 0)
                Checkpoints.sleep(Duration.ofMillis(5));
        }
        return Pages.complete(Pages.page(id));
    }

    private static PublicPort port(String host, int port) {
        return PublicPort.withoutTls(new ListenAddress(host, port), RunningEdge.LIMITS);
    }

    private RouteTable table() {
        return RouteTable.of(List.of(RunningEdge.ROUTE), this::page);
    }

    @Test
    void port_in_use_is_named() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page); Scheduler scheduler = Scheduler.open()) {
            PublicServer second = new PublicServer(port("127.0.0.1", edge.port),
                    table(), scheduler, () -> true, ServerObservers.NONE);
            BindException refused = assertThrows(BindException.class, second::start);
            assertTrue(refused.getMessage().contains("Port " + edge.port + " of 127.0.0.1"),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
        }
    }

    @Test
    void address_that_is_not_this_machines_is_named() {
        String host = "203.0.113.1"; // kept free for documentation
        try (Scheduler scheduler = Scheduler.open()) {
            PublicServer server = new PublicServer(port(host, 0),
                    table(), scheduler, () -> true, ServerObservers.NONE);
            BindException refused = assertThrows(BindException.class, server::start);
            assertTrue(refused.getMessage().startsWith("Port 0 of " + host + " cannot be opened: "),
                    refused.getMessage());
        }
    }

    @Test
    void more_requests_run_at_once_than_a_pool_would_hold() throws Exception {
        int many = 300; // Jetty's own pool for virtual threads stops at 200
        try (RunningEdge edge = new RunningEdge(this::page)) {
            RawClient[] clients = new RawClient[many];
            for (int i = 0; i < many; i++) clients[i] = edge.connect().get("/products/together");
            Await.until(many + " requests at once", () -> together.get() == many);
            assertEquals(many, edge.scheduler.statistics().runs());
            release.countDown();
            for (RawClient client : clients) {
                assertEquals(200, client.read().status());
                client.close();
            }
        }
    }

    @Test
    void request_to_a_draining_service_is_refused_with_a_time_to_come_back() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page); RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
            edge.accepting.set(false);
            assertShuttingDown(client, client.get("/products/2").read());
            Await.until("both requests have ended", () -> edge.observer.ended.size() == 2);
            assertEquals("draining", edge.observer.ended.get(1).errorType());
        }
    }

    @Test
    void running_request_ends_well_while_the_service_drains() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page);
                RawClient client = edge.connect().get("/products/wait")) {
            assertTrue(running.await(60, TimeUnit.SECONDS));
            edge.accepting.set(false);
            edge.server.stopAccepting();
            Await.until("the port is closed", () -> refuses(edge));
            Thread.sleep(1000); // longer than an idle connection is left open then
            release.countDown();
            RawClient.Reply reply = client.read();
            assertEquals(200, reply.status());
            assertEquals("close", reply.header("Connection"));
            assertTrue(client.atEnd());
        }
    }

    @Test
    void idle_connection_is_closed_when_the_service_stops_accepting() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page); RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
            edge.server.stopAccepting();
            assertTrue(client.atEnd());
        }
    }

    @Test
    void request_that_outlasts_the_drain_is_told_of_the_shutdown() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page);
                RawClient client = edge.connect().get("/products/hang")) {
            assertTrue(running.await(60, TimeUnit.SECONDS));
            edge.accepting.set(false);
            edge.server.stopAccepting();
            edge.scheduler.close(Duration.ofMillis(50));
            assertShuttingDown(client, client.read());
            assertEquals("shutdown", edge.observer.one().errorType());
        }
    }

    @Test
    void request_that_comes_when_the_scheduler_has_closed_is_told_of_the_shutdown() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page); RawClient client = edge.connect()) {
            edge.scheduler.close();
            edge.accepting.set(false);
            assertShuttingDown(client, client.get("/products/1").read());
        }
    }

    @Test
    void stop_waits_for_the_answer_that_is_in_flight() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page);
                RawClient client = edge.connect().get("/products/wait")) {
            assertTrue(running.await(60, TimeUnit.SECONDS));
            Thread stopper = Thread.ofVirtual().start(() -> edge.server.stop(Duration.ofMinutes(1)));
            Await.until("the port is closed", () -> refuses(edge));
            release.countDown();
            assertEquals(200, client.read().status());
            stopper.join();
        }
    }

    /// The server has all the connections that it may have, so no thread accepts another.
    @Test
    void stop_closes_the_port_at_once_also_while_no_connection_is_accepted() throws Exception {
        ServerConfig limits = RunningEdge.with(RunningEdge.LIMITS,
                new ConnectionsConfig(1, null, null, 1024, List.of()));
        try (RunningEdge edge = new RunningEdge(limits, this::page);
                RawClient client = edge.connect().get("/products/wait")) {
            assertTrue(running.await(60, TimeUnit.SECONDS));
            Await.until("the limit is reached", () -> edge.observer.connections.limited
                    .contains(ConnectionObserver.Limit.MAX));
            Thread stopper = Thread.ofVirtual().start(() -> edge.server.stop(Duration.ofMinutes(1)));
            Await.until("the port is closed", () -> refuses(edge));
            release.countDown();
            assertEquals(200, client.read().status());
            stopper.join();
        }
    }

    @Test
    void stop_leaves_no_thread() throws Exception {
        try (RunningEdge edge = new RunningEdge(this::page); RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
        }
        Await.until("no thread of the server", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("http-")));
    }

    private static boolean refuses(RunningEdge edge) {
        try {
            edge.connect().close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static void assertShuttingDown(RawClient client, RawClient.Reply reply) {
        assertEquals(503, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        assertTrue(reply.header("Retry-After").matches("[1-3]"), reply.header("Retry-After"));
        assertEquals("close", reply.header("Connection"));
        assertTrue(reply.body().contains("urn:structured:problem:shutting-down"), reply.body());
        assertTrue(client.atEnd());
    }
}
