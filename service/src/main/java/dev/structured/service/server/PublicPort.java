package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import org.jspecify.annotations.Nullable;

/// The port of the public listener: its address, its limits, and the certificate that it shows.
///
/// @param certificate the content of the files of `limits.tls()`; null without TLS
public record PublicPort(ListenAddress address, ServerConfig limits,
        @Nullable ServerCertificate certificate) {

    /// @throws IllegalArgumentException if there is a certificate without `tls`, or `tls` without one
    public PublicPort {
        if ((limits.tls() == null) != (certificate == null))
            throw new IllegalArgumentException("A certificate is needed with 'tls', and only then");
    }

    /// Returns a port without TLS.
    ///
    /// @throws IllegalArgumentException if `limits` have `tls`
    public static PublicPort withoutTls(ListenAddress address, ServerConfig limits) {
        return new PublicPort(address, limits, null);
    }
}
