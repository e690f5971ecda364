package dev.structured.service.client;

import java.io.IOException;
import java.io.Serial;

/// Thrown when a downstream refuses the service's certificate, or that it shows none. With TLS 1.3 that comes
/// after the handshake, in the place of the first answer: the downstream has not looked at the request.
final class NotTrustedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    NotTrustedException(String message, IOException cause) {
        super(message, cause);
    }
}
