package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerText;
import dev.structured.service.tls.TestCa;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// A folder with the certificate of a listener, and the authority that signed it.
record TlsFolder(Path folder, TestCa ca) {

    static TlsFolder in(Path folder) throws IOException, GeneralSecurityException {
        TestCa ca = new TestCa("the test's authority");
        ca.issue("127.0.0.1").write(folder, "own");
        return new TlsFolder(folder, ca);
    }

    /// Returns the limits of a listener with this certificate.
    ///
    /// @param keys further keys of `tls`, each with a comma in front
    ServerConfig config(String keys, String... serverKeys) {
        List<String> all = new ArrayList<>(List.of("maxBody: 10000B", "drainTimeout: 5s",
                "tls: {certificate: %1$s/own.pem, key: %1$s/own.key%2$s}".formatted(folder, keys)));
        all.addAll(List.of(serverKeys));
        return ServerText.read(all.toArray(String[]::new));
    }
}
