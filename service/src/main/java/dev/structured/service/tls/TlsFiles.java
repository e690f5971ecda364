package dev.structured.service.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The PEM files of one side of TLS.
///
/// @param ca the authorities that are trusted; null for those of the JVM
/// @param certificate the own certificate, followed by those that lead to its authority; null for none
/// @param key the private key of the certificate; null for none
public record TlsFiles(@Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
    private static final char[] NO_PASSWORD = {};

    /// The content of the files.
    ///
    /// @param own the own certificate; null for none
    /// @param remarks what is to be said of the dates of the certificates when they were read
    public record Loaded(SSLContext context, @Nullable X509Certificate own, List<Remark> remarks) {}

    /// The state of a file; of a link, the state of its target. Two states that differ are not equal.
    public record Stamp(Path file, FileTime modified, long size, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            Path real = real(file);
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return new Stamp(real, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }

        private static Path real(Path file) throws IOException {
            try {
                return file.toRealPath();
            } catch (NoSuchFileException e) {
                // Its own message is the path alone.
                throw new IOException(file + " does not exist", e);
            }
        }
    }

    /// Returns the files that are set.
    public List<Path> paths() {
        return Stream.of(ca, certificate, key).filter(Objects::nonNull).map(Path.class::cast).toList();
    }

    /// Returns the state of each file.
    ///
    /// @throws IOException if one of them does not exist
    public List<Stamp> stamps() throws IOException {
        List<Stamp> all = new ArrayList<>();
        for (Path file : paths()) all.add(Stamp.of(file));
        return all;
    }

    /// Reads the files and returns a context with their content.
    ///
    /// @throws PemException if a file cannot be used, or the key is not the certificate's
    /// @throws GeneralSecurityException if the JDK refuses their content
    public SSLContext context() throws PemException, GeneralSecurityException {
        return load().context();
    }

    /// Reads the files, which replace others that are in use. A certificate that has expired is worse than
    /// the one in use.
    ///
    /// @throws PemException if a file cannot be used, the key is not the certificate's, or the certificate
    ///     has expired
    /// @throws GeneralSecurityException if the JDK refuses their content
    public Loaded loadReplacement() throws PemException, GeneralSecurityException {
        Loaded loaded = load();
        X509Certificate own = loaded.own;
        if (certificate != null && own != null && Remark.hasExpired(own, Instant.now()))
            throw new PemException(certificate, "expired at " + own.getNotAfter().toInstant());
        return loaded;
    }

    /// Reads the files, each of them once. Certificates that are not valid at present are loaded as well.
    ///
    /// @throws PemException if a file cannot be used, or the key is not the certificate's
    /// @throws GeneralSecurityException if the JDK refuses their content
    public Loaded load() throws PemException, GeneralSecurityException {
        Path ownCertificate = certificate;
        Path ownKey = key;
        Path authorities = ca;
        KeyManager[] keys = null;
        X509Certificate own = null;
        TrustManager[] trusted = null;
        List<Remark> remarks = new ArrayList<>();
        Instant now = Instant.now();
        if (authorities != null) {
            X509Certificate[] all = PemFiles.certificates(authorities);
            trusted = trusted(all);
            Remark.onAuthorities(authorities, all, now).ifPresent(remarks::add);
        }
        if (ownCertificate != null && ownKey != null) {
            X509Certificate[] chain = PemFiles.certificates(ownCertificate);
            keys = keys(chain, ownKey);
            own = chain[0];
            Remark.onChain(ownCertificate, chain, now).ifPresent(remarks::add);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted, null);
        return new Loaded(context, own, List.copyOf(remarks));
    }

    private static KeyManager[] keys(Certificate[] chain, Path ownKey)
            throws PemException, GeneralSecurityException {
        PrivateKey own = PemFiles.privateKey(ownKey);
        PemFiles.requirePair(ownKey, chain[0], own);
        KeyStore store = emptyStore();
        store.setKeyEntry("own", own, NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trusted(Certificate[] authorities) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate each : authorities)
            store.setCertificateEntry("ca" + number++, each);
        TrustManagerFactory factory = TrustManagerFactory
                .getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("An empty store cannot be made", e);
        }
    }
}
