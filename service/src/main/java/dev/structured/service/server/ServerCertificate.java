package dev.structured.service.server;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.core.interop.FileOps;
import dev.structured.core.interop.FileWatch;
import dev.structured.service.config.ServerTlsConfig;
import dev.structured.service.tls.PemException;
import dev.structured.service.tls.TlsChanges;
import dev.structured.service.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate of the public listener, as it is in its files at present.
///
/// Files that have changed, for example because a link leads to others now, are read again. New connections
/// have the new certificate, and open ones keep theirs. Files that cannot be used change nothing, and are
/// reported to the log and the observer once for each state of the files. Thread-safe.
public final class ServerCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    /// The pause after a change, long enough to write a certificate and its key one after the other.
    private static final Duration SETTLING = Duration.ofMillis(200);

    /// The pause between checks of the files without a change of their folders: some file systems report no
    /// changes.
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    /// Observes the certificate. Must not block.
    public interface Observer {
        /// An observer that does nothing.
        Observer NONE = new Observer() {
            @Override
            public void inUse(X509Certificate certificate) {}

            @Override
            public void reloaded(boolean successful) {}
        };

        /// Called when a certificate comes into use.
        void inUse(X509Certificate certificate);

        /// Called when the files had changed, and are in use now or could not be used.
        void reloaded(boolean successful);
    }

    private final TlsFiles files;
    private final Observer observer;
    private final SslContextFactory.Server contexts = new SslContextFactory.Server();
    /// Guarded by this.
    private final TlsChanges changes;

    /// Reads the files. Dates of certificates are no concern here: the configuration that names the files has
    /// been checked, with a warning of them.
    ///
    /// @throws IOException if one of them is missing
    /// @throws PemException if one of them cannot be used
    /// @throws GeneralSecurityException if the JDK refuses their content
    public ServerCertificate(ServerTlsConfig config, Observer observer)
            throws IOException, PemException, GeneralSecurityException {
        this.files = config.files();
        this.changes = new TlsChanges(files);
        this.observer = observer;
        contexts.setIncludeProtocols(VERSIONS);
        contexts.setRenegotiationAllowed(false);
        contexts.setCipherComparator(HTTP2Cipher.COMPARATOR);
        contexts.setUseCipherSuitesOrder(true);
        if (config.clientCa() != null) {
            boolean required = config.clientCertificate() == ServerTlsConfig.ClientCertificate.REQUIRED;
            contexts.setNeedClientAuth(required);
            contexts.setWantClientAuth(!required);
        }
        var _ = changes.look();
        TlsFiles.Loaded loaded = files.load();
        contexts.setSslContext(loaded.context());
        observer.inUse(own(loaded));
    }

    private static X509Certificate own(TlsFiles.Loaded loaded) {
        return Objects.requireNonNull(loaded.own(), "a listener has a certificate");
    }

    /// Returns the factory of the contexts of new connections.
    SslContextFactory.Server contexts() {
        return contexts;
    }

    /// Starts the tasks that follow changes of the files. They run until the nursery is cancelled.
    public void follow(Nursery nursery) {
        for (Path folder : files.paths().stream().map(ServerCertificate::folder)
                .collect(Collectors.toSet())) {
            nursery.startSoon("certificates in " + folder, () -> follow(folder));
        }
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    private void follow(Path folder) {
        try {
            FileOps.watch(folder, this::follow);
        } catch (IOException e) {
            LOG.warn("The folder {} cannot be watched ({}); its certificates are checked every {} s",
                    folder, e.getMessage(), BETWEEN_LOOKS.toSeconds());
            while (true) {
                Checkpoints.sleep(BETWEEN_LOOKS);
                reload();
            }
        }
    }

    private boolean follow(FileWatch watch) {
        while (true) {
            // Looks before it waits, because the files may have changed before the watch began.
            reload();
            Timeouts.moveOnAfter(BETWEEN_LOOKS, watch::next);
            Checkpoints.sleep(SETTLING);
        }
    }

    /// Reads the files again if they have changed. Blocks while it reads.
    synchronized void reload() {
        try {
            if (!changes.look()) return;
            TlsFiles.Loaded loaded = files.loadReplacement();
            use(loaded.context());
            observer.inUse(own(loaded));
            observer.reloaded(true);
            LOG.info("A new certificate is in use: {}", files.paths());
            loaded.remarks().forEach(each -> LOG.warn("{}", each));
        } catch (IOException | PemException | GeneralSecurityException e) {
            refused(e);
        }
    }

    private void refused(Exception why) {
        LOG.warn("The certificate files {} have changed and cannot be used ({}); the former certificate "
                + "stays in use", files.paths(), why.getMessage());
        observer.reloaded(false);
    }

    private void use(SSLContext context) throws GeneralSecurityException {
        try {
            contexts.reload(factory -> factory.setSslContext(context));
        } catch (Exception e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }
}
