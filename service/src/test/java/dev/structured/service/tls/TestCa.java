package dev.structured.service.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A certificate authority of a test. Writes X.509 itself (DER, RFC 5280), as the JDK has no public way to.
public final class TestCa {
    private static final AtomicLong SERIALS = new AtomicLong(1);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC);
    private static final byte[] ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));

    /// A certificate and its private key.
    public record Issued(X509Certificate certificate, PrivateKey key) {
        /// Writes both as PEM files, `NAME.pem` and `NAME.key`.
        public void write(Path folder, String name) throws IOException, GeneralSecurityException {
            Files.writeString(folder.resolve(name + ".pem"), pem("CERTIFICATE", certificate.getEncoded()));
            Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        }
    }

    private final String name;
    private final KeyPair keys = keys();
    public final Issued own;

    public TestCa(String name) throws GeneralSecurityException {
        this(name, anHourAgo(), in(Duration.ofDays(1)));
    }

    /// Makes an authority that is valid for a time.
    public TestCa(String name, Instant from, Instant until) throws GeneralSecurityException {
        this.name = name;
        this.own = new Issued(certificate(name, keys, List.of(), from, until), keys.getPrivate());
    }

    /// Returns a certificate that is valid for a day, from an hour ago.
    ///
    /// @param names DNS names and IPv4 addresses
    public Issued issue(String... names) throws GeneralSecurityException {
        return issue(Duration.ofDays(1), names);
    }

    /// Returns a certificate that is valid from an hour ago.
    ///
    /// @param valid how long from now on; negative for one that has expired
    public Issued issue(Duration valid, String... names) throws GeneralSecurityException {
        Instant until = in(valid);
        Instant from = anHourAgo().isBefore(until) ? anHourAgo() : until.minus(Duration.ofHours(1));
        return issue(from, until, names);
    }

    /// Returns a certificate that is valid for a time.
    public Issued issue(Instant from, Instant until, String... names) throws GeneralSecurityException {
        KeyPair pair = keys();
        return new Issued(certificate("server", pair, List.of(names), from, until), pair.getPrivate());
    }

    /// Returns a certificate that is valid for a day, from an hour ago.
    ///
    /// @param common its common name
    /// @param names DNS names and IPv4 addresses; one without any is also that of an authority
    public Issued issueNamed(String common, String... names) throws GeneralSecurityException {
        KeyPair pair = keys();
        return new Issued(certificate(common, pair, List.of(names), anHourAgo(), in(Duration.ofDays(1))),
                pair.getPrivate());
    }

    private static Instant in(Duration time) {
        return Instant.now().plus(time);
    }

    private static Instant anHourAgo() {
        return in(Duration.ofHours(-1));
    }

    /// Returns the context of one who trusts this authority and shows this certificate.
    public SSLContext server(Issued issued) throws GeneralSecurityException {
        return context(issued);
    }

    /// Returns the context of one who trusts this authority and has no certificate.
    public SSLContext client() throws GeneralSecurityException {
        return context(null);
    }

    private SSLContext context(@Nullable Issued issued) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (issued != null)
                store.setKeyEntry("own", issued.key, new char[0], new Certificate[]{issued.certificate});
            store.setCertificateEntry("ca", own.certificate);
            KeyManagerFactory keyManagers = KeyManagerFactory
                    .getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(store, new char[0]);
            TrustManagerFactory trust = TrustManagerFactory
                    .getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(String subject, KeyPair pair, List<String> names, Instant from,
            Instant until) throws GeneralSecurityException {
        byte[] tbs = sequence(
                tagged(0xa0, integer(2)), integer(SERIALS.incrementAndGet()), ECDSA_WITH_SHA256, name(name),
                sequence(time(from), time(until)), name(subject), pair.getPublic().getEncoded(),
                tagged(0xa3, sequence(names.isEmpty() ? authority() : alternatives(names))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(tbs);
        byte[] der = sequence(tbs, ECDSA_WITH_SHA256, der(3, new byte[]{0}, signature.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[] authority() {
        return sequence(oid(0x55, 0x1d, 0x13), der(1, new byte[]{(byte) 0xff}),
                der(4, sequence(der(1, new byte[]{(byte) 0xff}))));
    }

    private static byte[] alternatives(List<String> names) {
        List<byte[]> all = new ArrayList<>();
        for (String each : names) {
            boolean address = each.matches("[0-9.]+");
            all.add(address
                    ? der(0x87, InetAddress.ofLiteral(each).getAddress())
                    : der(0x82, each.getBytes(US_ASCII)));
        }
        return sequence(oid(0x55, 0x1d, 0x11), der(4, sequence(all.toArray(byte[][]::new))));
    }

    private static byte[] name(String common) {
        return sequence(der(0x31, sequence(oid(0x55, 4, 3), der(0x0c, common.getBytes(US_ASCII)))));
    }

    private static byte[] time(Instant time) {
        return der(0x18, TIME.format(time).getBytes(US_ASCII));
    }

    private static byte[] integer(long value) {
        return der(2, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] oid(int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) value[i] = (byte) bytes[i];
        return der(6, value);
    }

    private static byte[] sequence(byte[]... parts) {
        return der(0x30, parts);
    }

    private static byte[] tagged(int tag, byte[] part) {
        return der(tag, part);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        for (byte[] each : parts) value.writeBytes(each);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = value.size();
        if (length > 255) out.writeBytes(new byte[]{(byte) 0x82, (byte) (length >> 8), (byte) length});
        else if (length > 127) out.writeBytes(new byte[]{(byte) 0x81, (byte) length});
        else
            out.write(length);
        out.writeBytes(value.toByteArray());
        return out.toByteArray();
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + kind + "-----\n";
    }
}
