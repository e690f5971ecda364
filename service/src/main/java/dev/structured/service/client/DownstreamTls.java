package dev.structured.service.client;

import dev.structured.service.config.TlsConfig;
import dev.structured.service.tls.PemException;
import dev.structured.service.tls.TlsChanges;
import dev.structured.service.tls.TlsFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates and the key of one downstream, as they are in their files at present.
///
/// They are read when the downstream is opened. Before a connection is opened, and at most once a second, the
/// files are checked. Files that have changed, for example because a link leads to others now, are read
/// again; if they cannot be used, the former ones stay in use and the log says why.
///
/// A connection that resumes a session does not verify the downstream's certificate again. So new files begin
/// without sessions, and all sessions end when a certificate expires with which one was begun.
///
/// Thread-safe.
final class DownstreamTls {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamTls.class);
    private static final long BETWEEN_LOOKS_NANOS = Duration.ofSeconds(1).toNanos();

    private final TlsFiles files;
    private final InstantSource clock;
    /// These three are guarded by this.
    private @Nullable SSLContext context;
    private final TlsChanges changes;
    private long looked;
    /// The lock of the next field, held for no reading of files.
    private final Object sessions = new Object();
    /// The time at which the first certificate expires with which a session was begun.
    private Instant sessionsEnd = Instant.MAX;

    DownstreamTls(TlsConfig config, InstantSource clock) {
        this.clock = clock;
        this.files = config.files();
        this.changes = new TlsChanges(files);
        if (!files.paths().isEmpty()) readFirst();
    }

    /// Reads the files, which the configuration that names them has just found to be good: they may be broken
    /// when the first connection is opened. If they are broken by now, that one tries again.
    private void readFirst() {
        try {
            var _ = context();
        } catch (GeneralSecurityException e) {
            LOG.warn("{}; they are read again for the first connection", e.getMessage());
        }
    }

    /// Returns the time in milliseconds since 1970, as sessions have it.
    long millis() {
        return clock.millis();
    }

    /// Returns the context for a new connection. Reads files.
    ///
    /// @throws GeneralSecurityException if the files cannot be used and no earlier ones could
    synchronized SSLContext context() throws GeneralSecurityException {
        SSLContext now = present();
        if (sessionsHaveEnded()) endSessions(now.getClientSessionContext());
        return now;
    }

    private boolean sessionsHaveEnded() {
        synchronized (sessions) {
            if (!clock.instant().isAfter(sessionsEnd)) return false;
            sessionsEnd = Instant.MAX;
            return true;
        }
    }

    private void endSessionsAt(Instant end) {
        synchronized (sessions) {
            if (end.isBefore(sessionsEnd)) sessionsEnd = end;
        }
    }

    private static void endSessions(SSLSessionContext sessions) {
        for (byte[] each : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(each);
            if (session != null) session.invalidate();
        }
    }

    /// Notes the session of a connection. Only the downstream's own certificate counts: among the others that
    /// it sends some may be of no use, and have expired long ago.
    ///
    /// @param handshake the time at which the handshake began, by [#millis()]
    /// @throws SSLException if that has expired, an [EndedSessionException] if the session is older than the
    ///     handshake. The JDK does not look at the dates of a certificate that is itself in the files of
    ///     authorities, nor of that of a session that is resumed, which may become known after all sessions
    ///     have ended
    void begun(SSLSession session, long handshake) throws SSLException {
        if (!(session.getPeerCertificates()[0] instanceof X509Certificate own)) return;
        Instant end = own.getNotAfter().toInstant();
        endSessionsAt(end);
        if (!clock.instant().isAfter(end)) return;
        session.invalidate();
        if (session.getCreationTime() < handshake) throw new EndedSessionException(end);
        throw new SSLException("The certificate has expired",
                new CertificateExpiredException("NotAfter: " + end));
    }

    private SSLContext replacement() throws PemException, GeneralSecurityException {
        TlsFiles.Loaded loaded = files.loadReplacement();
        LOG.info("New TLS files are in use: {}", files.paths());
        loaded.remarks().forEach(each -> LOG.warn("{}", each));
        return loaded.context();
    }

    private SSLContext present() throws GeneralSecurityException {
        SSLContext before = context;
        long now = System.nanoTime();
        if (before != null && now - looked < BETWEEN_LOOKS_NANOS) return before;
        looked = now;
        try {
            if (!changes.look() && before != null) return before;
            SSLContext made = before == null ? files.context() : replacement();
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
