package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.service.config.ConnectionsConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.CallerAddress;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How many connections clients get, and how soon.
class ConnectionLimitsTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private RunningEdge edge;

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) each.close();
        if (edge != null) edge.close();
    }

    private void start(int max, @Nullable Integer perAddress, @Nullable Integer rate) throws IOException {
        ServerConfig usual = RunningEdge.LIMITS;
        ServerConfig limits = RunningEdge.with(usual,
                new ConnectionsConfig(max, perAddress, rate, 1024, List.of()));
        edge = new RunningEdge(limits, (_, _, _) -> Pages.complete(Pages.page("1")));
    }

    private RawClient connect() throws IOException {
        RawClient client = edge.connect();
        open.add(client);
        return client;
    }

    /* --- All connections --- */

    @Test
    void one_connection_too_many_waits_until_another_has_closed() throws Exception {
        start(3, null, null);
        List<RawClient> first = List.of(connect(), connect(), connect());
        for (RawClient client : first) assertEquals(200, client.get("/products/1").read().status());
        RawClient last = connect().get("/products/1");
        Await.until("the limit is reached", () -> edge.observer.connections.limited
                .contains(ConnectionObserver.Limit.MAX));
        assertEquals(3, edge.observer.connections.open());
        first.getFirst().close();
        assertEquals(200, last.read().status());
        // Once before and once after; not for each look.
        assertTrue(Collections.frequency(edge.observer.connections.limited,
                ConnectionObserver.Limit.MAX) <= 2);
    }

    /// Clients that hold all connections and ask for nothing keep nobody out.
    @Test
    void idle_connections_make_room_for_others() throws Exception {
        start(3, null, null);
        for (int i = 0; i < 3; i++) assertEquals(200, connect().get("/products/1").read().status());
        for (int i = 0; i < 3; i++) assertEquals(200, connect().get("/products/1").read().status());
        assertTrue(edge.observer.connections.dropped.contains(ConnectionObserver.Drop.CROWDED_OUT));
    }

    /// Over HTTP/2 as well; a connection with a request is not idle, however silent it is.
    @Test
    void idle_connections_of_HTTP_2_make_room_for_others() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ServerConfig limits = RunningEdge.with(
                ServerText.read("drainTimeout: 5s", "http2: {offered: always}"),
                new ConnectionsConfig(3, null, null, 1024, List.of()));
        edge = new RunningEdge(limits, (_, request, _) -> {
            if (Pages.id(request).equals("wait"))
                Nursery.run(nursery -> nursery.startSoon("call", () -> release.await()));
            return Pages.complete(Pages.page("1"));
        });
        RawHttp2 busy = connectHttp2();
        int waiting = busy.get("/products/wait");
        for (int i = 0; i < 4; i++) {
            RawHttp2 client = connectHttp2();
            assertEquals(200, client.readReply(client.get("/products/1")).status());
        }
        assertTrue(edge.observer.connections.dropped.contains(ConnectionObserver.Drop.CROWDED_OUT));
        release.countDown();
        assertEquals(200, busy.readReply(waiting).status());
    }

    @ParameterizedTest
    @EnumSource(value = DepartureTest.Speech.class, names = {"HTTPS", "H2"})
    void idle_connections_over_TLS_make_room_for_others(DepartureTest.Speech speech, @TempDir Path temp)
            throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        edge = new RunningEdge(
                RunningEdge.with(folder.config(""), new ConnectionsConfig(3, null, null, 1024, List.of())),
                (_, _, _) -> Pages.complete(Pages.page("1")));
        for (int i = 0; i < 5; i++) {
            SpeakingClient client = SpeakingClient.open(speech, edge.port, folder);
            open.add(client);
            assertEquals("{\"id\":\"1\"}", client.page("1"));
        }
        assertTrue(edge.observer.connections.dropped.contains(ConnectionObserver.Drop.CROWDED_OUT));
    }

    private RawHttp2 connectHttp2() throws IOException {
        RawHttp2 client = new RawHttp2(edge.port, null);
        open.add(client);
        return client;
    }

    /// A bounded version of 20,000.
    @Test
    void two_thousand_idle_connections_leave_others_alone() throws Exception {
        start(10_000, null, null);
        for (int i = 0; i < 2_000; i++) open.add(SocketChannel.open(address()));
        Await.until("all are open", () -> edge.observer.connections.open() == 2_000);
        assertEquals(200, connect().get("/products/1").read().status());
        for (AutoCloseable each : open) each.close();
        Await.until("none is left", () -> edge.observer.connections.open() == 0);
    }

    /* --- Of one address --- */

    @Test
    void one_connection_too_many_of_an_address_is_closed() throws Exception {
        start(100, 2, null);
        RawClient first = connect().get("/products/1");
        assertEquals(200, first.read().status());
        assertEquals(200, connect().get("/products/1").read().status());
        for (int i = 0; i < 5; i++) {
            RawClient refused = connect();
            refused.trySend("GET /products/1 HTTP/1.1\r\nHost: test\r\n\r\n");
            assertTrue(refused.atEnd());
        }
        assertEquals(Collections.nCopies(5, ConnectionObserver.Limit.ADDRESS),
                edge.observer.connections.limited);
        first.close();
        Await.until("its place is free", () -> edge.observer.connections.open() == 1);
        assertEquals(200, connect().get("/products/1").read().status());
    }

    @Test
    void trusted_proxies_have_no_limit_of_their_own() throws Exception {
        String file = """
                server: {connections: {maxPerAddress: 2}}
                edge: {trustedProxies: ["%s"]}
                downstreams: {d: {url: "http://127.0.0.1:1"}}
                routes: [{path: /r, deadline: 30s, parts: {p: {value: 1}}}]
                """;
        assertEquals(5, accepted(file.formatted("127.0.0.0/8")));
        assertEquals(2, accepted(file.formatted("10.0.0.0/8")));
    }

    /// Says who it is by a header that nobody asked for: that changes nothing.
    private static int accepted(String file) throws IOException {
        int accepted = 0;
        List<RawClient> clients = new ArrayList<>();
        try (ServedFile served = new ServedFile(file, Map.of())) {
            for (int i = 0; i < 5; i++) {
                RawClient client = served.edge.connect();
                clients.add(client);
                client.trySend("GET /r HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 192.0.2." + i + "\r\n\r\n");
                if (!client.atEnd()) accepted++;
            }
            for (RawClient client : clients) client.close();
        }
        return accepted;
    }

    @Test
    void connections_of_one_network_of_ipv6_count_together() throws Exception {
        String one = CallerAddress.network(InetAddress.ofLiteral("2001:db8::1"));
        assertEquals(one, CallerAddress
                .network(InetAddress.ofLiteral("2001:db8:0:0:ffff::9")));
        assertFalse(one.equals(CallerAddress
                .network(InetAddress.ofLiteral("2001:db8:0:1::1"))));
    }

    /* --- In a second --- */

    @Test
    void a_seconds_worth_may_come_at_once_and_then_each_in_its_turn() {
        AcceptRate rate = new AcceptRate(10, 0);
        long now = 0;
        for (int i = 0; i < 10; i++) {
            assertEquals(0, rate.delay(now), "accept " + i);
            rate.accepted(now);
        }
        assertEquals(100_000_000, rate.delay(now));
        now += 100_000_000;
        assertEquals(0, rate.delay(now));
        rate.accepted(now);
        assertEquals(100_000_000, rate.delay(now));
        // A long quiet time earns no more than one second's worth.
        now += 3_600_000_000_000L;
        for (int i = 0; i < 10; i++) rate.accepted(now);
        assertEquals(100_000_000, rate.delay(now));
    }

    @Test
    void connections_beyond_the_rate_wait_and_are_served() throws Exception {
        start(100, null, 5);
        edge.server.connector().setAccepting(false);
        List<RawClient> clients = new ArrayList<>();
        // So many that the rate is reached also on a machine that stalls while it is used up.
        for (int i = 0; i < 16; i++) clients.add(connect().get("/products/1"));
        edge.server.connector().setAccepting(true);
        for (RawClient client : clients) assertEquals(200, client.read().status());
        assertTrue(edge.observer.connections.limited.contains(ConnectionObserver.Limit.RATE));
    }

    /* --- Waiting to be accepted --- */

    /// With Java's own backlog of 50, the kernel would let the others try again after a second.
    @Test
    void five_hundred_connect_at_once_before_one_is_accepted() throws Exception {
        Server server = new Server();
        ListenerRules rules = new ListenerRules(RunningEdge.LIMITS.transfer(),
                RunningEdge.LIMITS.connections(),
                _ -> false, () -> false, ConnectionObserver.NONE, System::nanoTime);
        ClientConnector connector = new ClientConnector(server, rules, null,
                new HttpConnectionFactory(new HttpConfiguration()));
        connector.setHost("127.0.0.1");
        connector.open();
        open.add(connector);
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            SocketChannel client = SocketChannel.open();
            open.add(client);
            clients.add(client);
            client.configureBlocking(false);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
        }
        // On loopback a connection is there at once, or its first packet was dropped.
        for (SocketChannel client : clients) assertTrue(client.finishConnect(), "waits to be tried again");
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port);
    }
}
