package dev.structured.service.client;

import dev.structured.core.Nursery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Puts TLS before a downstream that has none: what arrives on one side goes out on the other, and when one
/// side closes, so does the other.
final class TlsRelay {
    private final Path folder;
    private final SSLServerSocket listener;
    private final int port;

    /// @param port of the downstream
    TlsRelay(int port) throws IOException, GeneralSecurityException {
        TestCa ca = new TestCa("relay authority");
        this.folder = Files.createTempDirectory("relay");
        this.port = port;
        ca.own.write(folder, "ca");
        this.listener = (SSLServerSocket) ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    URI url() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort());
    }

    /// Returns the key that trusts it, as in a file.
    String trust() {
        return "tls: {ca: " + folder.resolve("ca.pem") + "}";
    }

    /// Relays until cancelled.
    void run() throws IOException {
        try (listener) {
            Nursery.run(nursery -> {
                while (true) {
                    SSLSocket client = (SSLSocket) listener.accept();
                    nursery.startSoon("relayed", () -> relay(client));
                }
            });
        }
    }

    private void relay(SSLSocket client) {
        try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Nursery.run(both -> {
                both.startSoon("answers", () -> copy(server, client));
                copy(client, server);
            });
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of the two has gone.
        }
    }
}
