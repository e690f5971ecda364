package dev.structured.service.config;

import dev.structured.service.tls.TlsFiles;
import dev.structured.service.yaml.Key;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The TLS settings of the public listener. Files that change are read again without a restart.
///
/// @param certificate the certificate chain of the service
/// @param key the private key of the certificate, PKCS#8
/// @param clientCa the authorities whose clients are let in; null for clients without certificates
/// @param clientCertificate whether a client may come without a certificate
public record ServerTlsConfig(
        @Key(type = PemFile.class, fix = "add 'certificate: FILE.pem', the certificate of the service", says = "The PEM file of the certificate of the service, "
                + "followed by those that lead to its authority.") Path certificate,
        @Key(type = PemFile.class, fix = "add 'key: FILE.pem', the private key of 'certificate'", says = "The PEM file of the "
                + "private key of 'certificate', PKCS#8 and not encrypted.") Path key,
        @Key(type = PemFile.class, says = "The PEM file of the authorities whose certificates clients must show; clients "
                + "need none unless it is there.") @Nullable Path clientCa,
        @Key(preset = "required", says = "Whether a client without a certificate of 'clientCa' is refused; one with a wrong "
                + "certificate always is.") ClientCertificate clientCertificate) {

    /// Whether a client must show a certificate.
    public enum ClientCertificate {
        /// A client without one is refused in the handshake.
        REQUIRED,
        /// A client without one is let in as well.
        OPTIONAL
    }

    /// Returns the files.
    public TlsFiles files() {
        return new TlsFiles(clientCa, certificate, key);
    }
}
