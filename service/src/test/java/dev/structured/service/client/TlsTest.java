package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.tls.TestCa;
import dev.structured.service.tls.TestCa.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Downstreams that speak TLS, with certificates of an authority of the test.
@Timeout(60)
class TlsTest {
    @TempDir
    private Path folder;

    private TestCa ca;

    @BeforeEach
    void makeAuthority() throws Exception {
        ca = new TestCa("test authority");
        ca.own.write(folder, "ca");
    }

    private String trust() {
        return "ca: " + folder.resolve("ca.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void calls_are_answered_over_one_connection(String version) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setEnabledProtocols(new String[]{version});
        TlsServer.with(listener, server -> {
            Downstream downstream = server.open("tls: {" + trust() + "}");
            for (int i = 0; i < 20; i++) {
                var body = Rig.get(downstream, "/" + i).body();
                assertEquals(version, body.path("tls").asText());
                assertEquals("/" + i, body.path("target").asText());
            }
            assertEquals(1, server.sockets().size());
        });
    }

    private void assertRefused(Issued issued, String words, String... keys) throws Exception {
        TlsServer.with(ca.server(issued), server -> {
            Downstream downstream = server
                    .open(keys.length > 0 ? keys : new String[]{"tls: {" + trust() + "}"});
            DownstreamException thrown = assertThrows(DownstreamException.class,
                    () -> Rig.get(downstream, "/"));
            assertEquals(ErrorType.TLS, thrown.type(), thrown::toString);
            assertTrue(String.valueOf(thrown.getMessage()).contains(words), thrown::getMessage);
            assertEquals(502, thrown.type().status());
            assertEquals(0, server.requests().get(), "nothing is said to one that is not trusted");
        });
    }

    @Test
    void certificate_of_another_name_is_refused() throws Exception {
        assertRefused(ca.issue("other.example", "127.0.0.2"), "not for 127.0.0.1");
    }

    @Test
    void expired_certificate_is_refused() throws Exception {
        assertRefused(ca.issue(Duration.ofMinutes(-1), "127.0.0.1"), "expired");
    }

    /// The JDK does not look at the dates of a certificate that is itself in the files.
    @Test
    void expired_certificate_that_is_trusted_itself_is_refused() throws Exception {
        Issued own = ca.issue(Duration.ofMinutes(-1), "127.0.0.1");
        own.write(folder, "own");
        assertRefused(own, "expired", "tls: {ca: " + folder.resolve("own.pem") + "}");
    }

    /// The JDK does not look at the dates of authorities in the files, so `check` only warns of them.
    @Test
    void authority_that_has_expired_is_trusted_still() throws Exception {
        Instant now = Instant.now();
        ca = new TestCa("old authority", now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
        ca.own.write(folder, "ca");
        TlsServer.with(ca.server(ca.issue("127.0.0.1")),
                server -> assertEquals("/",
                        Rig.get(server.open("tls: {" + trust() + "}"), "/").body().path("target")
                                .asText()));
    }

    @Test
    void certificate_that_is_not_valid_yet_is_refused() throws Exception {
        Instant soon = Instant.now().plus(Duration.ofHours(1));
        assertRefused(ca.issue(soon, soon.plus(Duration.ofDays(1)), "127.0.0.1"), "not valid yet");
    }

    @Test
    void self_signed_certificate_is_refused() throws Exception {
        assertRefused(new TestCa("nobody").own, "no authority that is trusted");
    }

    @Test
    void certificate_of_an_unknown_authority_is_refused() throws Exception {
        assertRefused(new TestCa("unknown").issue("127.0.0.1"), "no authority that is trusted");
        assertRefused(ca.issue("127.0.0.1"), "no authority that is trusted", "coalesce: false");
    }

    @Test
    void server_name_is_verified_in_place_of_the_host() throws Exception {
        TlsServer.with(ca.server(ca.issue("shop.example")), server -> {
            Downstream named = server.open("tls: {" + trust() + ", serverName: shop.example}");
            assertEquals(200, Rig.get(named, "/").status());
        });
        assertRefused(ca.issue("127.0.0.1"), "not for shop.example",
                "tls: {" + trust() + ", serverName: shop.example}");
    }

    /// RFC 9110, 4.3.4. The JDK looks at it where there is no name of DNS.
    @Test
    void common_name_of_a_certificate_does_not_count() throws Exception {
        String keys = "tls: {" + trust() + ", serverName: shop.example}";
        String words = "not for shop.example (none of its subject alternative names is of DNS";
        assertRefused(ca.issueNamed("shop.example"), words, keys);
        assertRefused(ca.issueNamed("shop.example", "127.0.0.1"), words, keys);
    }

    @ParameterizedTest
    @CsvSource({"a.shop.example", "A.SHOP.example", "a.shop.example."})
    void wildcard_is_for_each_name_of_its_level(String name) throws Exception {
        TlsServer.with(ca.server(ca.issue("*.shop.example")), server -> {
            Downstream named = server.open("tls: {" + trust() + ", serverName: " + name + "}");
            assertEquals(200, Rig.get(named, "/").status());
        });
    }

    @ParameterizedTest
    @CsvSource({"shop.example", "b.a.shop.example", "ashop.example", "a.shop.example.com"})
    void wildcard_is_for_no_other_name(String name) throws Exception {
        assertRefused(ca.issue("*.shop.example"), "not for " + name,
                "tls: {" + trust() + ", serverName: " + name + "}");
    }

    /// In Kubernetes a name with a dot at its end is looked up once and not in each search domain.
    @Test
    void dot_at_the_end_of_a_host_is_for_DNS_alone() throws Exception {
        TlsServer.with(ca.server(ca.issue("stock.shop.example")), server -> {
            URI url = URI.create("https://stock.shop.example.:" + server.listener().getLocalPort());
            Downstream downstream = server.http().open(
                    DownstreamText.read("secure", "url: " + url, "connectTimeout: 20s",
                            "tls: {" + trust() + "}"),
                    new EndpointAddress(url, InetAddress.getLoopbackAddress()), CallObserver.NONE);
            assertEquals(200, Rig.get(downstream, "/").status());
        });
    }

    @Test
    void downstream_that_asks_for_a_certificate_gets_it() throws Exception {
        SSLServerSocket listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setNeedClientAuth(true);
        ca.issue("service").write(folder, "own");
        TlsServer.with(listener, server -> {
            Downstream known = server.open("tls: {" + trust() + ", certificate: " + folder.resolve("own.pem")
                    + ", key: " + folder.resolve("own.key") + "}");
            assertEquals(200, Rig.get(known, "/").status());
        });
    }

    /// With TLS 1.3 the service's side of the handshake is over by then, and its request may be on its way.
    @ParameterizedTest
    @CsvSource({"TLSv1.2, http/1.1", "TLSv1.3, http/1.1", "TLSv1.2, h2", "TLSv1.3, h2", "TLSv1.3, auto"})
    void downstream_that_asks_for_a_certificate_in_vain_is_a_failure_of_tls(String version, String protocol)
            throws Exception {
        new TestCa("unknown").issue("service").write(folder, "own");
        String own = ", certificate: " + folder.resolve("own.pem") + ", key: " + folder.resolve("own.key");
        try (ServerSocket asking = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
                server.nursery().startSoon("asking", () -> {
                    for (int i = 0; i < 2; i++) askInVain(asking.accept(), version);
                });
                for (String each : List.of("", own)) {
                    Downstream unknown = server.openAt("https://127.0.0.1:" + asking.getLocalPort(),
                            "tls: {" + trust() + each + "}", "protocol: " + protocol);
                    var thrown = assertThrows(DownstreamException.class, () -> Rig.get(unknown, "/"));
                    assertEquals(ErrorType.TLS, thrown.type(), thrown::toString);
                    assertTrue(thrown.toString().matches("(?s).*(certificate|handshake).*"),
                            thrown::toString);
                }
            });
        }
    }

    /// The connection is reset before the request is written.
    @Test
    void reason_is_told_where_the_request_cannot_be_written() throws Exception {
        try (ServerSocket asking = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Scheduler scheduler = Scheduler.open()) {
            CountDownLatch begun = new CountDownLatch(1);
            FutureTask<Void> refusing = new FutureTask<>(() -> {
                Socket plain = asking.accept();
                SSLSocket socket = asking(plain, "TLSv1.3");
                assertThrows(SSLException.class, socket::startHandshake);
                begun.await();
                plain.setSoLinger(true, 0);
                plain.close();
                return null;
            });
            Thread.ofVirtual().start(refusing);
            TlsHandshake handshake = new TlsHandshake(
                    DownstreamText.read("d", "url: https://127.0.0.1:1", "tls: {" + trust() + "}").tls(),
                    "127.0.0.1", 1);
            scheduler.run("call", () -> {
                SocketChannel channel = SocketChannel.open(asking.getLocalSocketAddress());
                Wire wire = handshake.begin(channel, Duration.ofSeconds(20).toNanos(), "http/1.1");
                begun.countDown();
                refusing.get();
                IOException failed = assertThrows(IOException.class,
                        () -> wire.write(ByteBuffer.wrap(new byte[]{'G', 'E', 'T'})));
                assertInstanceOf(NotTrustedException.class, wire.reason(failed));
                wire.close();
            });
        }
    }

    private SSLSocket asking(Socket plain, String version) throws Exception {
        SSLSocket socket = (SSLSocket) ca.server(ca.issue("127.0.0.1")).getSocketFactory()
                .createSocket(plain, null, plain.getPort(), false);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[]{version});
        parameters.setApplicationProtocols(new String[]{"h2", "http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /// Keeps the socket, so that the alert cannot be lost in a reset.
    private void askInVain(Socket plain, String version) throws Exception {
        SSLSocket socket = asking(plain, version);
        assertThrows(SSLException.class, socket::startHandshake);
        try (plain) {
            var _ = plain.getInputStream().readAllBytes();
        }
    }

    @Test
    void plain_server_and_one_that_closes_in_the_handshake_are_failures_of_tls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
                server.nursery().startSoon("plain", () -> {
                    for (int i = 0; i < 2; i++) {
                        try (Socket socket = plain.accept()) {
                            if (i == 0)
                                socket.getOutputStream().write("HTTP/1.1 400 .\r\n\r\n".getBytes(ISO_8859_1));
                        }
                    }
                });
                Downstream downstream = server.openAt("https://127.0.0.1:" + plain.getLocalPort(),
                        "tls: {" + trust() + "}");
                for (int i = 0; i < 2; i++) {
                    var thrown = assertThrows(DownstreamException.class, () -> Rig.get(downstream, "/"));
                    assertEquals(ErrorType.TLS, thrown.type(), thrown::toString);
                }
            });
        }
    }

    @Test
    void alert_in_the_handshake_is_told() throws Exception {
        try (ServerSocket old = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
                server.nursery().startSoon("old", () -> {
                    try (Socket socket = old.accept()) {
                        socket.getOutputStream().write(new byte[]{21, 3, 1, 0, 2, 2, 70});
                        var _ = socket.getInputStream().readAllBytes();
                    }
                });
                Downstream downstream = server.openAt("https://127.0.0.1:" + old.getLocalPort(),
                        "tls: {" + trust() + "}");
                var thrown = assertThrows(DownstreamException.class, () -> Rig.get(downstream, "/"));
                assertEquals(ErrorType.TLS, thrown.type(), thrown::toString);
                assertTrue(thrown.toString().contains("protocol_version"), thrown::toString);
            });
        }
    }

    /// A byte now and then: each is in time, the handshake is not.
    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "auto"})
    void handshake_that_drips_ends_with_the_connect_timeout(String protocol) throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
                server.nursery().startSoon("dripping", () -> {
                    try (Socket socket = dripping.accept()) {
                        socket.getOutputStream().write(new byte[]{22, 3, 3, 64, 0, 2, 0, 63});
                        while (true) {
                            socket.getOutputStream().write(0);
                            Checkpoints.sleep(Duration.ofMillis(20));
                        }
                    } catch (IOException e) {
                        // The client has gone.
                    }
                });
                String url = "https://127.0.0.1:" + dripping.getLocalPort();
                Downstream downstream = server.http().open(
                        DownstreamText.read("dripping", "url: " + url, "connectTimeout: 200ms",
                                "tls: {" + trust() + "}", "protocol: " + protocol),
                        URI.create(url), CallObserver.NONE);
                var thrown = assertThrows(DownstreamException.class, () -> Timeouts
                        .failAfter(Duration.ofSeconds(20), () -> Rig.get(downstream, "/")));
                assertEquals(ErrorType.CONNECT_TIMEOUT, thrown.type(), thrown::toString);
            });
        }
    }

    @Test
    void handshake_that_hangs_ends_with_the_connect_timeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
                Downstream downstream = server.http().open(
                        DownstreamText.read("silent", "url: https://silent", "connectTimeout: 200ms",
                                "tls: {" + trust() + "}"),
                        URI.create("https://127.0.0.1:" + silent.getLocalPort()), CallObserver.NONE);
                var thrown = assertThrows(DownstreamException.class, () -> Rig.get(downstream, "/"));
                assertEquals(ErrorType.CONNECT_TIMEOUT, thrown.type(), thrown::toString);
            });
        }
    }

    @Test
    void cancelled_call_closes_the_connection() throws Exception {
        TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
            Downstream downstream = server.open("tls: {" + trust() + "}");
            CancelScope scope = new CancelScope("call");
            var task = server.nursery().startSoon("call",
                    () -> scope.run(() -> Rig.get(downstream, "/hang")));
            CancelTest.await(() -> server.requests().get() == 1);
            scope.cancel("test");
            task.await();
            CancelTest.await(() -> server.sockets().getFirst().isClosed());
            assertEquals(0, server.http().openConnections().getFirst().active());
            assertEquals(200, Rig.get(downstream, "/next").status());
        });
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, http/1.1", "TLSv1.3, http/1.1", "TLSv1.3, auto"})
    void session_is_resumed_by_the_next_connection(String version, String protocol) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setEnabledProtocols(new String[]{version});
        TlsServer.with(listener, server -> {
            Downstream downstream = server.open("tls: {" + trust() + "}", "protocol: " + protocol);
            Set<Long> begun = new HashSet<>();
            for (int i = 1; i <= 4; i++) {
                begun.add(Rig.get(downstream, "/close").body().path("since").asLong());
                assertEquals(i, server.sockets().size());
                CancelTest.await(() -> server.http().openConnections().getFirst().idle() == 0);
            }
            assertEquals(1, begun.size(), "sessions of the server, by when they began");
        });
    }
}
