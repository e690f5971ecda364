package dev.structured.service.config;

import dev.structured.service.tls.TlsFiles;
import dev.structured.service.yaml.Key;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The TLS settings of a downstream whose URL is `https://…`. Files that change are read again without a
/// restart.
///
/// @param ca the certificates of the trusted authorities; null for those of the JVM
/// @param certificate the client's certificate chain; null for none
/// @param key the private key of the client's certificate, PKCS#8; null for none
/// @param serverName the name that is sent and that the certificate must have; null for the host of the URL
public record TlsConfig(
        @Key(type = PemFile.class, says = "The PEM file of the authorities that are trusted; those of the JVM unless it is "
                + "there.") @Nullable Path ca,
        @Key(type = PemFile.class, says = "The PEM file of the service's own certificate, for a downstream that asks for one.") @Nullable Path certificate,
        @Key(type = PemFile.class, says = "The PEM file of the private key of 'certificate', PKCS#8 and not encrypted.") @Nullable Path key,
        @Key(says = "The name that is asked for and verified; the host of the URL unless it is there.") @Nullable String serverName) {

    /// The default: trusts the JVM's authorities, and has no certificate.
    public static final TlsConfig DEFAULT = new TlsConfig(null, null, null, null);

    /// Returns the files.
    public TlsFiles files() {
        return new TlsFiles(ca, certificate, key);
    }
}
