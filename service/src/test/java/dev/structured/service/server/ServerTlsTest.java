package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.edge.Pages;
import dev.structured.service.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The versions of TLS and HTTP that the public listener speaks, and to whom.
class ServerTlsTest {
    @TempDir
    private Path temp;
    private TlsFolder folder;

    @BeforeEach
    void certificate() throws Exception {
        folder = TlsFolder.in(temp);
    }

    private static Outcome page(RouteConfig route, PageRequest request, PartSink sink) {
        return Pages.complete(Pages.page(Pages.id(request)));
    }

    private RunningEdge edge(String tlsKeys, String... serverKeys) throws IOException {
        return new RunningEdge(folder.config(tlsKeys, serverKeys), ServerTlsTest::page);
    }

    private static void assertEnded(RunningEdge edge, RecordingObserver.Ended ended) {
        Await.until("the end of " + ended, () -> edge.observer.ended.contains(ended));
    }

    @Test
    void request_over_TLS_is_answered_and_told_apart() throws Exception {
        try (RunningEdge edge = edge("");
                RawClient client = new RawClient(edge.port, folder.ca().client())) {
            for (int i = 0; i < 30; i++) {
                RawClient.Reply reply = client.get("/products/" + i).read();
                assertEquals(200, reply.status());
                assertEquals("{\"id\":\"" + i + "\"}", reply.body());
            }
            assertEnded(edge,
                    new RecordingObserver.Ended("GET", "https", "/products/{id}", 200, "1.1", null));
        }
    }

    @Test
    void HTTP_2_is_chosen_where_the_client_offers_it() throws Exception {
        try (RunningEdge edge = edge("");
                RawHttp2 client = new RawHttp2(edge.port, folder.ca().client())) {
            assertEquals("{\"id\":\"1\"}", client.readReply(client.get("/products/1")).body());
            assertEquals(404, client.readReply(client.get("/nowhere")).status());
            assertEnded(edge, new RecordingObserver.Ended("GET", "https", "/products/{id}", 200, "2", null));
        }
    }

    @ParameterizedTest
    @CsvSource({"h2|http/1.1, tls, h2", "http/1.1, tls, http/1.1", "http/1.1|h2, tls, h2",
            "h2|http/1.1, never, ''", "spdy/3|http/1.1, tls, http/1.1"})
    void both_sides_agree_on_a_version(String offered, String by, String agreed) throws Exception {
        try (RunningEdge edge = edge("", "http2: {offered: " + by + "}");
                RawClient client = new RawClient(edge.port, folder.ca().client(), offered.split("\\|"))) {
            assertEquals(agreed, ((SSLSocket) client.socket()).getApplicationProtocol());
            if (!agreed.equals("h2")) assertEquals(200, client.get("/products/1").read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void both_versions_of_TLS_are_spoken(String version) throws Exception {
        try (RunningEdge edge = edge("")) {
            SSLContext context = folder.ca().client();
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1",
                    edge.port)) {
                socket.setEnabledProtocols(new String[]{version});
                socket.startHandshake();
                assertEquals(version, socket.getSession().getProtocol());
            }
        }
    }

    @Test
    void request_without_TLS_gets_no_answer() throws Exception {
        try (RunningEdge edge = edge(""); RawClient client = edge.connect()) {
            client.trySend("GET /products/1 HTTP/1.1\r\nHost: test\r\n\r\n");
            assertFalse(client.readAll().startsWith("HTTP"));
        }
    }

    @Test
    void client_without_a_certificate_is_refused_where_one_is_required() throws Exception {
        try (RunningEdge edge = edge(", clientCa: " + authority())) {
            assertThrows(IOException.class, () -> ask(edge, folder.ca().client()));
            assertThrows(IOException.class, () -> ask(edge, stranger()));
            assertEquals(200, ask(edge, member()));
        }
    }

    @Test
    void client_without_a_certificate_is_let_in_where_it_is_optional() throws Exception {
        try (RunningEdge edge = edge(", clientCa: " + authority() + ", clientCertificate: optional")) {
            assertEquals(200, ask(edge, folder.ca().client()));
            assertThrows(IOException.class, () -> ask(edge, stranger()));
            assertEquals(200, ask(edge, member()));
        }
    }

    private Path authority() throws Exception {
        folder.ca().own.write(temp, "ca");
        return temp.resolve("ca.pem");
    }

    private SSLContext member() throws Exception {
        return folder.ca().server(folder.ca().issue("a client"));
    }

    /// Trusts the service, and has a certificate of another authority.
    private SSLContext stranger() throws Exception {
        return folder.ca().server(new TestCa("the test's authority").issue("a client"));
    }

    private static int ask(RunningEdge edge, SSLContext context) throws IOException {
        try (RawClient client = new RawClient(edge.port, context)) {
            return client.get("/products/1").read().status();
        }
    }

    @Test
    void HTTP_2_without_TLS_is_spoken_from_the_first_byte() throws Exception {
        ServerConfig config = ServerText.read("drainTimeout: 5s", "http2: {offered: always}");
        try (RunningEdge edge = new RunningEdge(config, ServerTlsTest::page);
                RawHttp2 second = new RawHttp2(edge.port, null);
                RawClient first = edge.connect()) {
            assertEquals("{\"id\":\"2\"}", second.readReply(second.get("/products/2")).body());
            assertEquals(200, first.get("/products/1").read().status());
            assertEnded(edge, new RecordingObserver.Ended("GET", "http", "/products/{id}", 200, "2", null));
        }
    }

    @Test
    void HTTP_2_without_TLS_is_not_spoken_unless_the_file_says_so() throws Exception {
        try (RunningEdge edge = new RunningEdge(ServerTlsTest::page);
                RawClient client = edge.connect()) {
            client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            assertEquals(426, client.read().status());
        }
    }

    /// A proxy that passes an upgrade on would not see the requests behind it.
    @Test
    void upgrade_to_HTTP_2_is_not_followed() throws Exception {
        ServerConfig config = ServerText.read("drainTimeout: 5s", "http2: {offered: always}");
        try (RunningEdge edge = new RunningEdge(config, ServerTlsTest::page);
                RawClient client = edge.connect()) {
            client.send("""
                    GET /products/1 HTTP/1.1
                    Host: test
                    Connection: Upgrade, HTTP2-Settings
                    Upgrade: h2c
                    HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA

                    """.replace("\n", "\r\n"));
            RawClient.Reply reply = client.read();
            assertEquals(200, reply.status());
            assertFalse(reply.headers().containsKey("upgrade"), reply.headers()::toString);
            assertEquals(200, client.get("/products/2").read().status());
        }
    }

    @Test
    void Host_may_be_any_name() throws Exception {
        try (RunningEdge edge = edge("");
                RawClient client = new RawClient(edge.port, folder.ca().client())) {
            client.send("GET /products/1 HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            assertEquals(200, client.read().status());
        }
    }

    /// Returns the subject's serial number, by which certificates are told apart here.
    static String shown(int port, SSLContext context) throws IOException {
        try (RawClient client = new RawClient(port, context)) {
            var chain = ((SSLSocket) client.socket()).getSession().getPeerCertificates();
            return ((X509Certificate) chain[0]).getSerialNumber().toString();
        } catch (SSLHandshakeException e) {
            return "untrusted";
        }
    }
}
