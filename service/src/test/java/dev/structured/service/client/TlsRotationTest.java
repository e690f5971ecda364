package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.tls.TestCa;
import dev.structured.service.tls.TestCa.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS files of a downstream that are replaced while the service runs.
@Timeout(60)
class TlsRotationTest {
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

    @Test
    void new_files_are_used_without_a_restart_and_broken_ones_are_not() throws Exception {
        Path trusted = folder.resolve("ca.pem");
        TestCa next = new TestCa("next authority");
        TlsServer.with(ca.server(ca.issue("127.0.0.1")), old -> {
            Downstream downstream = old.open("tls: {" + trust() + "}", "maxConnections: 1");
            assertEquals(200, Rig.get(downstream, "/").status());
            Files.writeString(trusted, "no PEM");
            old.sockets().getFirst().close();
            CancelTest.await(() -> old.http().openConnections().getFirst().idle() == 0);
            assertEquals(200, Rig.get(downstream, "/").status(), "the files before stay in use");
            next.own.write(folder, "next");
            Files.delete(trusted);
            Files.createSymbolicLink(trusted, folder.resolve("next.pem"));
            CancelTest.await(() -> {
                old.sockets().forEach(TlsRotationTest::close);
                return assertThrowsOrNull(downstream) == ErrorType.TLS;
            });
        });
    }

    /// They have been read before the first call, with the configuration that names them.
    @Test
    void files_that_break_before_the_first_call_are_not_used() throws Exception {
        TlsServer.with(ca.server(ca.issue("127.0.0.1")), server -> {
            Downstream downstream = server.open("tls: {" + trust() + "}");
            Files.writeString(folder.resolve("ca.pem"), "no PEM");
            Checkpoints.sleep(Duration.ofMillis(1_100)); // files are looked at once a second
            assertEquals(200, Rig.get(downstream, "/").status(), "those that were read stay in use");
        });
    }

    /// Each of the two files may be replaced first.
    @Test
    void pair_that_does_not_fit_or_has_expired_leaves_the_one_before_in_use() throws Exception {
        SSLServerSocket listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setNeedClientAuth(true);
        ca.issue("service").write(folder, "own");
        ca.issue("service").write(folder, "next");
        TlsServer.with(listener, server -> {
            Downstream downstream = server.open("tls: {" + trust() + ", certificate: "
                    + folder.resolve("own.pem") + ", key: " + folder.resolve("own.key") + "}",
                    "protocol: http/1.1");
            assertEquals(200, Rig.get(downstream, "/").status());
            Files.copy(folder.resolve("next.key"), folder.resolve("own.key"),
                    StandardCopyOption.REPLACE_EXISTING);
            Checkpoints.sleep(Duration.ofMillis(1_100)); // files are looked at once a second
            for (int i = 0; i < 2; i++)
                assertServed(server, downstream, "the pair before stays in use");
            Files.copy(folder.resolve("next.pem"), folder.resolve("own.pem"),
                    StandardCopyOption.REPLACE_EXISTING);
            Checkpoints.sleep(Duration.ofMillis(1_100));
            assertServed(server, downstream, "the new pair");
            ca.issue(Duration.ofMinutes(-1), "service").write(folder, "own");
            Checkpoints.sleep(Duration.ofMillis(1_100));
            assertServed(server, downstream, "the pair before has not expired");
        });
    }

    /// Asserts that a new connection to the server is trusted.
    private static void assertServed(TlsServer server, Downstream downstream, String why) throws Exception {
        server.sockets().forEach(TlsRotationTest::close);
        CancelTest.await(() -> server.http().openConnections().getFirst().idle() == 0);
        assertEquals(200, Rig.get(downstream, "/").status(), why);
    }

    /// A handshake that resumes a session does not verify the certificate again.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessions_end_when_the_certificate_expires(String version) throws Exception {
        withHandshake(version, (begun, clock) -> {
            long first = begun.call();
            assertEquals(first, begun.call(), "it is resumed");
            clock.set(Instant.now().plus(Duration.ofDays(2)));
            assertThrows(DownstreamException.class, begun::call, "our clock is ahead of the JDK's");
            clock.set(Instant.now());
            awaitNextMillisecond(first);
            long second = begun.call();
            assertNotEquals(first, second, "it is not");
            assertEquals(second, begun.call(), "the new one is");
        });
    }

    /// A downstream may send the means to resume a session at any time.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void session_that_becomes_known_too_late_is_refused(String version) throws Exception {
        withHandshake(version, (begun, clock) -> {
            long first = begun.call();
            clock.set(null);
            var thrown = assertThrows(DownstreamException.class, begun::call);
            assertEquals(ErrorType.TLS, thrown.type(), thrown::toString);
            assertTrue(thrown.toString().contains("has expired"), thrown::toString);
            clock.set(Instant.now());
            awaitNextMillisecond(first);
            assertNotEquals(first, begun.call());
        });
    }

    /// Nothing has been sent by then, so the call goes on with a connection that verifies the certificate.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void connection_whose_session_has_just_ended_is_replaced(String version) throws Exception {
        SSLServerSocket listener = server(version);
        TlsServer.with(listener, server -> {
            Queue<Duration> ahead = new ArrayDeque<>();
            TlsHandshake handshake = handshake(listener, () -> Instant.now().plus(
                    Objects.requireNonNullElse(ahead.poll(), Duration.ZERO)));
            Connector connector = new Connector(
                    Target.of(URI.create("https://127.0.0.1:" + listener.getLocalPort())),
                    Duration.ofSeconds(20), handshake);
            long first = sessionOf(connector.open("http/1.1"));
            assertEquals(first, sessionOf(connector.open("http/1.1")), "it is resumed");
            ahead.addAll(List.of(Duration.ZERO, Duration.ZERO, Duration.ofDays(2)));
            awaitNextMillisecond(first);
            assertNotEquals(first, sessionOf(connector.open("http/1.1")));
            assertEquals(4, server.sockets().size());
        });
    }

    /// A second handshake would not help.
    @Test
    void certificate_that_has_expired_is_asked_for_once() throws Exception {
        Issued own = ca.issue(Duration.ofMinutes(-1), "127.0.0.1");
        own.write(folder, "ca");
        TlsServer.with(ca.server(own), server -> {
            Downstream downstream = server.open("tls: {" + trust() + "}", "protocol: http/1.1");
            assertEquals(ErrorType.TLS, assertThrowsOrNull(downstream));
            CancelTest.await(() -> !server.sockets().isEmpty());
            assertEquals(1, server.sockets().size());
        });
    }

    private interface Handshakes {
        /// @param begun opens a connection, and returns the time at which the server began its session
        /// @param clock null for one that goes from now to the day after tomorrow between two looks
        void run(Callable<Long> begun, AtomicReference<@Nullable Instant> clock) throws Exception;
    }

    private void withHandshake(String version, Handshakes body) throws Exception {
        SSLServerSocket listener = server(version);
        TlsServer.with(listener, server -> {
            AtomicReference<@Nullable Instant> clock = new AtomicReference<>(Instant.now());
            AtomicInteger looks = new AtomicInteger();
            TlsHandshake handshake = handshake(listener, () -> {
                Instant set = clock.get();
                if (set != null) return set;
                return Instant.now().plus(Duration.ofDays(2L * looks.getAndIncrement()));
            });
            body.run(() -> sessionOf(handshake.begin(SocketChannel.open(listener.getLocalSocketAddress()),
                    Duration.ofSeconds(20).toNanos(), "http/1.1")), clock);
        });
    }

    private SSLServerSocket server(String version) throws Exception {
        SSLServerSocket listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listener.setEnabledProtocols(new String[]{version});
        return listener;
    }

    private TlsHandshake handshake(SSLServerSocket listener, InstantSource clock) {
        return new TlsHandshake(
                DownstreamText.read("d", "url: https://127.0.0.1:1", "tls: {" + trust() + "}").tls(),
                "127.0.0.1", listener.getLocalPort(), clock);
    }

    /// Sessions are told apart by the millisecond in which they began.
    private static void awaitNextMillisecond(long first) {
        CancelTest.await(() -> System.currentTimeMillis() > first);
    }

    private static long sessionOf(Wire wire) throws IOException {
        try {
            wire.write(ByteBuffer.wrap("GET /close HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)));
            ByteBuffer answer = ByteBuffer.allocate(1024);
            while (wire.read(answer) > 0) {
                // There is more.
            }
            String text = new String(answer.array(), 0, answer.position(), ISO_8859_1);
            return Long.parseLong(text.replaceAll("(?s).*\"since\":(\\d+).*", "$1"));
        } finally {
            wire.close();
        }
    }

    private static ErrorType assertThrowsOrNull(Downstream downstream) {
        try {
            Rig.get(downstream, "/");
            return ErrorType.STATUS;
        } catch (DownstreamException e) {
            return e.type();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
