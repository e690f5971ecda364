package dev.structured.service.client;

import dev.structured.service.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificates and the key of one downstream, as they are in their files now.
///
/// Before a connection is opened, and at most once a second, the files are looked at. Files that have
/// changed, also because a link leads to others now, are read again; if they cannot be used, the ones before
/// stay in use and the log says why. Thread-safe.
final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final long BETWEEN_LOOKS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final char[] NO_PASSWORD = {};

    /// What tells one state of a file from another.
    private record Stamp(Path file, FileTime modified, long size, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            Path real = file.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return new Stamp(real, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    private final TlsConfig config;
    /// These three are guarded by this.
    private @Nullable SSLContext context;
    private List<Stamp> stamps = List.of();
    private long looked;

    TlsFiles(TlsConfig config) {
        this.config = config;
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
            List<Stamp> seen = stamps();
            if (before != null && seen.equals(stamps)) return before;
            stamps = seen;
            SSLContext made = make();
            if (before != null) LOG.info("New TLS files are in use: {}", files());
            context = made;
            return made;
        } catch (IOException | GeneralSecurityException e) {
            if (before == null) {
                throw new GeneralSecurityException("The TLS files cannot be used: " + e.getMessage(), e);
            }
            LOG.warn("The TLS files {} cannot be used ({}); those before stay in use", files(),
                    e.getMessage());
            return before;
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>(3);
        if (config.ca() != null) files.add(config.ca());
        if (config.certificate() != null) files.add(config.certificate());
        if (config.key() != null) files.add(config.key());
        return files;
    }

    private List<Stamp> stamps() throws IOException {
        List<Stamp> all = new ArrayList<>();
        for (Path file : files()) all.add(Stamp.of(file));
        return all;
    }

    private SSLContext make() throws IOException, GeneralSecurityException {
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(keys(), trusted(), null);
        return made;
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        Path certificate = config.certificate();
        Path key = config.key();
        if (certificate == null || key == null) return null;
        Certificate[] chain = PemFiles.certificates(certificate);
        PrivateKey own = PemFiles.privateKey(key);
        PemFiles.requirePair(chain[0], own);
        KeyStore store = emptyStore();
        store.setKeyEntry("own", own, NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private TrustManager @Nullable [] trusted() throws IOException, GeneralSecurityException {
        Path ca = config.ca();
        if (ca == null) return null;
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate each : PemFiles.certificates(ca)) store.setCertificateEntry("ca" + number++, each);
        TrustManagerFactory factory = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
