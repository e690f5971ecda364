package dev.structured.service.client;

import dev.structured.service.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/// Puts TLS before a downstream that has none.
final class TlsRelay {
    private final Path folder;
    private final Relay relay;

    /// @param port of the downstream
    TlsRelay(int port) throws IOException, GeneralSecurityException {
        TestCa ca = new TestCa("relay authority");
        this.folder = Files.createTempDirectory("relay");
        ca.own.write(folder, "ca");
        this.relay = new Relay(ca.server(ca.issue("127.0.0.1")).getServerSocketFactory()
                .createServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
    }

    URI url() {
        return relay.url("https");
    }

    /// Returns the key that trusts it, as in a file.
    String trust() {
        return "tls: {ca: " + folder.resolve("ca.pem") + "}";
    }

    /// Relays until cancelled.
    void run() throws IOException {
        relay.run();
    }
}
