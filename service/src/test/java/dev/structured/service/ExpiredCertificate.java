package dev.structured.service;

import dev.structured.service.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;

/// A configuration whose listener has a certificate that expired at 2026-01-31T12:00:00Z.
final class ExpiredCertificate {
    private ExpiredCertificate() {}

    /// Writes `routes.yaml`, and the files that it names.
    static void write(Path directory) throws GeneralSecurityException, IOException {
        Instant until = Instant.parse("2026-01-31T12:00:00Z");
        new TestCa("authority").issue(until.minus(Duration.ofDays(90)), until, "shop.example").write(
                directory,
                "own");
        Files.writeString(directory.resolve("routes.yaml"), """
                server: {tls: {certificate: own.pem, key: own.key}}
                downstreams: {a: {url: demo:catalog}}
                routes: [{path: /a, deadline: 1s, parts: {p: {from: a, path: /products/1}}}]
                """);
    }
}
