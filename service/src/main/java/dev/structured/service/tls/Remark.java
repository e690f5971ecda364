package dev.structured.service.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/// A remark on the dates of certificates that can be read: the day on which they are used decides whether
/// they are good, so no file is refused for it when the service starts.
///
/// A certificate expires soon if it has less than 14 days left, and less than a third of the time for which
/// it is valid: automatic renewal at two thirds of that time is due by then. The alert
/// `CertificateExpiresSoon` has the same rule.
///
/// @param file the file of the certificates
/// @param text continues a sentence that begins with the file, such as "expired at …"; it ends with the fix
public record Remark(Path file, String text) {
    private static final Duration SOON = Duration.ofDays(14);
    private static final int PART = 3;

    /// Returns the remark on the certificates that the service itself shows, if there is one to make: its
    /// own, and behind it those of authorities that lead to one which the other side knows.
    static Optional<Remark> onChain(Path file, X509Certificate[] chain, Instant now) {
        return onOwn(file, chain[0], now).or(() -> Arrays.stream(chain).skip(1)
                .flatMap(each -> onNext(file, each, now).stream()).findFirst());
    }

    private static Optional<Remark> onOwn(Path file, X509Certificate own, Instant now) {
        if (hasExpired(own, now)) {
            return remark(file, "expired at " + until(own)
                    + ", so the other side refuses it; write a new certificate to the file");
        }
        if (isEarly(own, now)) {
            return remark(file, "is not valid before " + from(own) + ", so the other side refuses it; "
                    + "write a certificate that is valid now, or correct this machine's clock");
        }
        if (!endsSoon(own, now)) return Optional.empty();
        return remark(file, "expires at " + until(own) + "; write a new certificate to the file before then");
    }

    /// The dates of a certificate that an authority has issued to itself do not matter.
    private static Optional<Remark> onNext(Path file, X509Certificate authority, Instant now) {
        if (authority.getSubjectX500Principal().equals(authority.getIssuerX500Principal())) {
            return Optional.empty();
        }
        String which = "has a certificate of the authority '" + authority.getSubjectX500Principal().getName()
                + "' that ";
        if (hasExpired(authority, now)) {
            return remark(file, which + "expired at " + until(authority)
                    + ", so the other side refuses both; write the present one to the file");
        }
        if (isEarly(authority, now)) {
            return remark(file, which + "is not valid before " + from(authority)
                    + ", so the other side refuses both; write the present one to the file, "
                    + "or correct this machine's clock");
        }
        if (!endsSoon(authority, now)) return Optional.empty();
        return remark(file, which + "expires at " + until(authority)
                + "; write the next one to the file before then");
    }

    /// Returns the remark on the certificates of authorities, of which one that is good suffices.
    static Optional<Remark> onAuthorities(Path file, X509Certificate[] all, Instant now) {
        X509Certificate last = Arrays.stream(all).max(Comparator.comparing(Remark::until)).orElseThrow();
        if (hasExpired(last, now)) {
            return remark(file, "has only certificates that have expired, the last one at " + until(last)
                    + "; add the present one of the authority");
        }
        if (Arrays.stream(all).allMatch(each -> hasExpired(each, now) || isEarly(each, now))) {
            return remark(file, "has no certificate that is valid now, only one until " + until(last)
                    + " that is not valid before " + from(last)
                    + "; add the present one of the authority, or correct this machine's clock");
        }
        if (!endsSoon(last, now)) return Optional.empty();
        return remark(file, "has no certificate that is valid after " + until(last)
                + "; add the next one of the authority before then");
    }

    private static Optional<Remark> remark(Path file, String text) {
        return Optional.of(new Remark(file, text));
    }

    static boolean hasExpired(X509Certificate certificate, Instant now) {
        return until(certificate).isBefore(now);
    }

    private static boolean isEarly(X509Certificate certificate, Instant now) {
        return now.isBefore(from(certificate));
    }

    private static boolean endsSoon(X509Certificate certificate, Instant now) {
        Duration left = Duration.between(now, until(certificate));
        Duration whole = Duration.between(from(certificate), until(certificate));
        return left.compareTo(SOON) < 0 && left.compareTo(whole.dividedBy(PART)) < 0;
    }

    private static Instant from(X509Certificate certificate) {
        return certificate.getNotBefore().toInstant();
    }

    private static Instant until(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return file + " " + text;
    }
}
