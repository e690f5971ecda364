package dev.structured.service.client;

import dev.structured.service.config.TlsConfig;
import dev.structured.service.tls.PemException;
import dev.structured.service.tls.TlsChanges;
import dev.structured.service.tls.TlsFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates and the key of one downstream, as they are in their files at present.
///
/// Before a connection is opened, and at most once a second, the files are checked. Files that have changed,
/// for example because a link leads to others now, are read again; if they cannot be used, the former ones
/// stay in use and the log says why. Thread-safe.
final class DownstreamTls {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamTls.class);
    private static final long BETWEEN_LOOKS_NANOS = Duration.ofSeconds(1).toNanos();

    private final TlsFiles files;
    /// These three are guarded by this.
    private @Nullable SSLContext context;
    private final TlsChanges changes;
    private long looked;

    DownstreamTls(TlsConfig config) {
        this.files = config.files();
        this.changes = new TlsChanges(files);
    }

    /// Returns the context for a new connection. Reads files.
    ///
    /// @throws GeneralSecurityException if the files cannot be used and no earlier ones could
    synchronized SSLContext context() throws GeneralSecurityException {
        SSLContext before = context;
        long now = System.nanoTime();
        if (before != null && now - looked < BETWEEN_LOOKS_NANOS) return before;
        looked = now;
        try {
            if (!changes.look() && before != null) return before;
            SSLContext made = before == null ? files.context() : files.loadReplacement().context();
            if (before != null) LOG.info("New TLS files are in use: {}", files.paths());
            context = made;
            return made;
        } catch (IOException | PemException | GeneralSecurityException e) {
            if (before == null) {
                throw new GeneralSecurityException("The TLS files cannot be used: " + e.getMessage(), e);
            }
            LOG.warn("The TLS files {} cannot be used ({}); the former ones stay in use", files.paths(),
                    e.getMessage());
            return before;
        }
    }
}
