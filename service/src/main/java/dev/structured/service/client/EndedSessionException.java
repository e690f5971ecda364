package dev.structured.service.client;

import java.io.Serial;
import java.security.cert.CertificateExpiredException;
import java.time.Instant;
import javax.net.ssl.SSLException;

/// A handshake has resumed a session whose certificate has expired. The session is forgotten, so that the
/// next handshake verifies the downstream's present certificate.
final class EndedSessionException extends SSLException {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param end the time at which the certificate has expired
    EndedSessionException(Instant end) {
        super("The session's certificate has expired", new CertificateExpiredException("NotAfter: " + end));
    }
}
