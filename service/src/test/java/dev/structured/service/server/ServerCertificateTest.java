package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Pages;
import dev.structured.service.edge.RouteTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that are replaced while the service runs.
class ServerCertificateTest {
    @TempDir
    private Path temp;

    private final List<String> told = new CopyOnWriteArrayList<>();

    private interface Body {
        void run(int port, SSLContext client) throws Exception;
    }

    private final class Told implements ServerCertificate.Observer {
        @Override
        public void inUse(X509Certificate certificate) {
            told.add("in use");
        }

        @Override
        public void reloaded(boolean successful) {
            told.add(successful ? "success" : "failure");
        }
    }

    private void serving(TlsFolder folder, Body body) throws Exception {
        ServerConfig config = folder.config("");
        ServerCertificate certificate = new ServerCertificate(Objects.requireNonNull(config.tls()),
                new Told());
        RouteTable routes = RouteTable.of(List.of(RunningEdge.ROUTE),
                (route, request, sink) -> Pages.complete(Pages.page("1")));
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                certificate.follow(nursery);
                PublicServer server = new PublicServer(
                        new PublicPort(new ListenAddress("127.0.0.1", 0), config, certificate), routes,
                        scheduler, () -> true, ServerObservers.NONE);
                int port = server.start();
                try {
                    body.run(port, folder.ca().client());
                } finally {
                    server.stop(Duration.ZERO);
                    nursery.scope().cancel("the test is over");
                }
            }));
        }
    }

    private static String shown(int port, SSLContext client) {
        try {
            return ServerTlsTest.shown(port, client);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void certificate_and_tls_belong_together() throws Exception {
        ServerConfig secure = TlsFolder.in(temp).config("");
        var certificate = new ServerCertificate(Objects.requireNonNull(secure.tls()), new Told());
        var address = new ListenAddress("127.0.0.1", 0);
        assertThrows(IllegalArgumentException.class, () -> PublicPort.withoutTls(address, secure));
        assertThrows(IllegalArgumentException.class,
                () -> new PublicPort(address, RunningEdge.LIMITS, certificate));
    }

    @Test
    void new_files_are_used_by_new_connections_and_open_ones_go_on() throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        serving(folder, (port, client) -> {
            String before = shown(port, client);
            try (RawClient open = new RawClient(port, client)) {
                assertEquals(200, open.get("/products/1").read().status());
                folder.ca().issue("127.0.0.1").write(temp, "own");
                Await.until("the new certificate", () -> !shown(port, client).equals(before));
                assertEquals(200, open.get("/products/2").read().status());
            }
        });
        assertEquals("success", told.getLast());
    }

    /// As Kubernetes replaces a secret: names that stay, through a link that is renamed over another.
    @Test
    void link_that_leads_to_other_files_counts_as_a_change() throws Exception {
        TlsFolder first = TlsFolder.in(Files.createDirectory(temp.resolve("..1")));
        Files.createSymbolicLink(temp.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(temp.resolve("own.pem"), Path.of("..data/own.pem"));
        Files.createSymbolicLink(temp.resolve("own.key"), Path.of("..data/own.key"));
        TlsFolder folder = new TlsFolder(temp, first.ca());
        serving(folder, (port, client) -> {
            String before = shown(port, client);
            folder.ca().issue("127.0.0.1").write(Files.createDirectory(temp.resolve("..2")), "own");
            Files.createSymbolicLink(temp.resolve("..new"), Path.of("..2"));
            Files.move(temp.resolve("..new"), temp.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            Await.until("the new certificate", () -> !shown(port, client).equals(before));
        });
        assertEquals(List.of("in use", "in use", "success"), told);
    }

    @Test
    void files_that_cannot_be_used_change_nothing_and_are_told_of_once() throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        serving(folder, (port, client) -> {
            String before = shown(port, client);
            // The certificate of another key.
            folder.ca().issue("127.0.0.1").write(temp, "other");
            replace("own.pem", Files.readString(temp.resolve("other.pem")));
            Await.until("a failure", () -> told.contains("failure"));
            assertEquals(before, shown(port, client));
            Files.writeString(temp.resolve("unrelated"), "x");

            replace("own.key", "no key");
            Await.until("a second failure",
                    () -> told.stream().filter(each -> each.equals("failure")).count() == 2);
            assertEquals(before, shown(port, client));

            replace("own.key", Files.readString(temp.resolve("other.key")));
            Await.until("success", () -> told.contains("success"));
            assertNotEquals(before, shown(port, client));
        });
        assertEquals(List.of("in use", "failure", "failure", "in use", "success"), told);
    }

    /// Replaces a file at once: half a file would be one more failure if it were looked at meanwhile.
    private void replace(String name, String text) throws IOException {
        Path next = Files.writeString(temp.resolve("next"), text, US_ASCII);
        Files.move(next, temp.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void certificate_that_has_expired_replaces_none() throws Exception {
        TlsFolder folder = TlsFolder.in(temp);
        ServerCertificate certificate = new ServerCertificate(
                Objects.requireNonNull(folder.config("").tls()), new Told());
        folder.ca().issue(Duration.ofMinutes(-1), "127.0.0.1").write(temp, "own");
        certificate.reload();
        assertEquals(List.of("in use", "failure"), told);
        folder.ca().issue("127.0.0.1").write(temp, "own");
        certificate.reload();
        assertEquals(List.of("in use", "failure", "in use", "success"), told);
    }
}
