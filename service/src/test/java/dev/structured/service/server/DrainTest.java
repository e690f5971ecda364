package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What clients have begun is answered when the service ends, and they are told to ask elsewhere next time.
class DrainTest {
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(ServerText.read("drainTimeout: 5s", "http2: {offered: always}"), this::page);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    /// `wait` waits until the test releases it.
    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        String id = Pages.id(request);
        if (id.equals("wait")) {
            Nursery.run(nursery -> nursery.startSoon("call", () -> {
                running.countDown();
                release.await();
            }));
        }
        return Pages.complete(Pages.page(id));
    }

    @Test
    void answers_close_their_connections_from_the_beginning() throws Exception {
        try (RawClient client = edge.connect();
                RawClient late = edge.connect();
                RawHttp2 second = new RawHttp2(edge.port, null)) {
            assertFalse(client.get("/products/1").read().headers().containsKey("connection"));
            edge.server.closeAfterAnswers();
            assertEquals("close", client.get("/products/2").read().header("Connection"));
            assertTrue(client.atEnd());
            assertEquals("close", late.get("/products/3").read().header("Connection"));
            assertFalse(second.readReply(second.get("/products/4")).headers().containsKey("connection"));
        }
    }

    /// The kernel has taken these connections, and the service has not.
    @Test
    void connections_that_wait_to_be_accepted_are_answered() throws Exception {
        RawClient[] waiting = new RawClient[20];
        try {
            edge.server.connector().setAccepting(false);
            for (int i = 0; i < waiting.length; i++) waiting[i] = edge.connect().get("/products/" + i);
            edge.server.stopAccepting();
            for (int i = 0; i < waiting.length; i++) {
                // The thread that accepts may have taken the first one before it heard that it should not.
                RawClient.Reply reply = waiting[i].read();
                assertEquals("{\"id\":\"" + i + "\"}", reply.body());
                if (i > 0) assertEquals("close", reply.header("Connection"));
            }
            edge.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(edge.server.connector().hasClients());
        } finally {
            for (RawClient each : waiting) if (each != null) each.close();
        }
    }

    /// Those that wait cannot be accepted, as without a descriptor; the others must not notice.
    @Test
    void drain_goes_on_where_no_connection_can_be_accepted() throws Exception {
        try (RawHttp2 second = new RawHttp2(edge.port, null)) {
            assertEquals(200, second.readReply(second.get("/products/1")).status());
            edge.server.connector().setAccepting(false);
            ((ServerSocketChannel) edge.server.connector().getTransport()).close();
            edge.server.stopAccepting();
            assertTrue(edge.server.connector().isShutdown());
            assertEquals(0, second.read(RawHttp2.GO_AWAY).number(4));
            edge.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(edge.server.connector().hasClients());
        }
    }

    /// A busy machine may read them long after they have come.
    @Test
    void requests_that_have_come_and_are_not_read_are_answered() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (RawClient client = edge.connect()) {
            assertEquals(200, client.get("/products/1").read().status());
            for (ManagedSelector each : edge.server.connector().getSelectorManager()
                    .getBeans(ManagedSelector.class)) {
                CountDownLatch held = new CountDownLatch(1);
                each.submit(_ -> {
                    held.countDown();
                    Await.until("the test lets it read", () -> read.getCount() == 0);
                });
                assertTrue(held.await(60, TimeUnit.SECONDS));
            }
            client.get("/products/2");
            edge.server.stopAccepting();
            Thread.sleep(1_000); // longer than an idle connection is left open then
            read.countDown();
            assertEquals("{\"id\":\"2\"}", client.read().body());
            assertTrue(client.atEnd());
        } finally {
            read.countDown();
        }
        edge.server.awaitDrained(Duration.ofMinutes(1));
        assertFalse(edge.server.connector().hasClients());
    }

    @Test
    void session_of_HTTP_2_gets_a_GOAWAY_and_its_answers() throws Exception {
        try (RawHttp2 client = new RawHttp2(edge.port, null); RawHttp2 idle = new RawHttp2(edge.port, null)) {
            assertEquals(200, idle.readReply(idle.get("/products/1")).status());
            int stream = client.get("/products/wait");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            edge.server.stopAccepting();
            assertEquals(0, client.read(RawHttp2.GO_AWAY).number(4));
            assertEquals(0, idle.read(RawHttp2.GO_AWAY).number(4));
            // Was sent before the client had read the GOAWAY.
            int crossing = client.get("/products/crossing");
            assertEquals("{\"id\":\"crossing\"}", client.readReply(crossing).body());
            Thread.sleep(1_000); // longer than an idle connection is left open then
            release.countDown();
            assertEquals("{\"id\":\"wait\"}", client.readReply(stream).body());
            edge.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(edge.server.connector().hasClients());
            client.readToEnd();
        }
    }

    /// They have been idle for longer than an idle connection is left open then, and a client may send a
    /// request before it can know of the end. Over HTTP/2 the GOAWAY tells which ones are answered.
    @Test
    void idle_connections_are_left_open_for_a_request_that_is_on_its_way() throws Exception {
        TestClock clock = new TestClock();
        try (RunningEdge idle = new RunningEdge(ServerText.read("http2: {offered: always}"),
                RouteTable.of(List.of(RunningEdge.ROUTE), this::page), clock);
                RawClient first = idle.connect();
                RawHttp2 second = new RawHttp2(idle.port, null)) {
            assertEquals(200, first.get("/products/1").read().status());
            assertEquals(200, second.readReply(second.get("/products/1")).status());
            Thread.sleep(1_000);
            clock.stand();
            idle.server.stopAccepting();
            assertEquals(Integer.MAX_VALUE, second.read(RawHttp2.GO_AWAY).number(0));
            assertEquals("close", first.get("/products/2").read().header("Connection"));
            clock.go();
            idle.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(idle.server.connector().hasClients());
        }
    }

    /// They have read their last answer and the GOAWAY, and do not close.
    @Test
    void sessions_of_HTTP_2_that_their_clients_keep_are_closed() throws Exception {
        try (RawHttp2 busy = new RawHttp2(edge.port, null); RawHttp2 idle = new RawHttp2(edge.port, null)) {
            assertEquals(200, idle.readReply(idle.get("/products/1")).status());
            int stream = busy.get("/products/wait");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            edge.server.stopAccepting();
            release.countDown();
            assertEquals("{\"id\":\"wait\"}", busy.readReply(stream).body());
            edge.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(edge.server.connector().hasClients());
        }
    }

    @Test
    void clients_over_TLS_get_their_answers_and_the_word_that_it_ends(@TempDir Path temp) throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        try (RunningEdge secure = new RunningEdge(folder.config(""), this::page);
                RawClient first = new RawClient(secure.port, folder.ca().client());
                RawHttp2 second = new RawHttp2(secure.port, folder.ca().client())) {
            assertFalse(first.get("/products/1").read().headers().containsKey("connection"));
            int stream = second.get("/products/wait");
            assertTrue(running.await(60, TimeUnit.SECONDS));
            secure.server.closeAfterAnswers();
            assertEquals("close", first.get("/products/2").read().header("Connection"));
            assertTrue(first.atEnd());
            secure.server.stopAccepting();
            assertEquals(0, second.read(RawHttp2.GO_AWAY).number(4));
            release.countDown();
            assertEquals("{\"id\":\"wait\"}", second.readReply(stream).body());
            secure.server.awaitDrained(Duration.ofMinutes(1));
            assertFalse(secure.server.connector().hasClients());
        }
    }
}
