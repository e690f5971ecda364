package dev.structured.service.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads certificates and private keys.
public final class PemFiles {
    private static final Pattern PRIVATE_KEY = Pattern
            .compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final Pattern OLD_KEY = Pattern.compile("-----BEGIN (RSA|EC|DSA) PRIVATE KEY-----");
    private static final String ENCRYPTED_KEY = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    /// What may stand beside certificates in a file.
    private static final Pattern NO_CERTIFICATE = Pattern
            .compile("-----BEGIN ([A-Z0-9 ]*(?:PRIVATE KEY|PARAMETERS))-----.*?-----END \\1-----",
                    Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PemFiles() {}

    /// Returns all certificates of a file, in their order; at least one. The file may also have the private
    /// key.
    ///
    /// @throws PemException if there is none, or one cannot be read
    public static X509Certificate[] certificates(Path file) throws PemException {
        String text = NO_CERTIFICATE.matcher(text(file)).replaceAll("");
        InputStream in = new ByteArrayInputStream(text.getBytes(ISO_8859_1));
        try {
            X509Certificate[] all = CertificateFactory.getInstance("X.509").generateCertificates(in)
                    .toArray(X509Certificate[]::new);
            if (all.length == 0) throw noCertificate(file);
            return all;
        } catch (CertificateException e) {
            throw noCertificate(file);
        }
    }

    private static PemException noCertificate(Path file) {
        return new PemException(file,
                "has no certificate that can be read; it needs one or more '-----BEGIN CERTIFICATE-----'");
    }

    /// Returns the private key of a file.
    ///
    /// @throws PemException if there is none that can be read without a password
    public static PrivateKey privateKey(Path file) throws PemException {
        String text = text(file);
        Matcher pem = PRIVATE_KEY.matcher(text);
        if (!pem.find()) throw new PemException(file, noKey(text));
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(decode(file, pem.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException _) {
                // It is of another algorithm.
            } catch (GeneralSecurityException e) {
                throw new PemException(file, "has a key that cannot be read: " + e.getMessage());
            }
        }
        throw new PemException(file, "has a key that is broken or of an unknown algorithm; it must be of "
                + String.join(", ", ALGORITHMS));
    }

    private static String text(Path file) throws PemException {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static PemException unreadable(Path file, IOException e) {
        return new PemException(file, "cannot be read: " + e.getClass().getSimpleName());
    }

    private static String noKey(String text) {
        if (text.contains(ENCRYPTED_KEY)) {
            return "has an encrypted key, and nobody to ask for its password; decrypt it with "
                    + "'openssl pkcs8 -in OLD -out NEW'";
        }
        if (OLD_KEY.matcher(text).find()) {
            return "has a key in an older form; convert it with "
                    + "'openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW'";
        }
        return "has no private key; it needs a '-----BEGIN PRIVATE KEY-----' (PKCS#8, not encrypted)";
    }

    /// Checks by a signature that a private key belongs to a certificate.
    ///
    /// @param file the file of the key
    /// @throws PemException if it does not
    static void requirePair(Path file, Certificate certificate, PrivateKey key) throws PemException {
        if (!isPair(certificate, key)) {
            throw new PemException(file, "has a key that is not the one of the certificate; both must be "
                    + "of the same pair, and the certificate of the service itself the first in its file");
        }
    }

    private static boolean isPair(Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        try {
            byte[] text = "is it the one?".getBytes(US_ASCII);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] decode(Path file, String base64) throws PemException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new PemException(file, "has a key that is not base64");
        }
    }
}
