package dev.structured.service.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of the dates of certificates.
class RemarkTest {
    private static final Path FILE = Path.of("own.pem");
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    private static X509Certificate certificate(Duration age, Duration left) throws GeneralSecurityException {
        return new TestCa("authority", NOW.minus(age), NOW.plus(left)).own.certificate();
    }

    private static String own(Duration age, Duration left) throws GeneralSecurityException {
        return chain(certificate(age, left));
    }

    private static String chain(X509Certificate... chain) {
        return Remark.onChain(FILE, chain, NOW).map(Remark::text).orElse("");
    }

    private static String authorities(X509Certificate... all) {
        return Remark.onAuthorities(FILE, all, NOW).map(Remark::text).orElse("");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            P60D, P30D, false
            P75D, P15D, false
            P77D, P13D, true
            P90D, PT1S, true
            # As long as it is valid, not as long as others are: a week, a day.
            P4D, P3D, false
            P5D, P2D, true
            PT15H, PT9H, false
            PT17H, PT7H, true
            """)
    void certificate_expires_soon_when_its_renewal_is_late(Duration age, Duration left, boolean soon)
            throws Exception {
        String expected = soon
                ? "expires at " + NOW.plus(left) + "; write a new certificate to the file before then"
                : "";
        assertEquals(expected, own(age, left));
    }

    @Test
    void certificate_that_is_not_valid_now_has_its_date_told() throws Exception {
        assertEquals("expired at 2026-06-15T11:59:59Z, so the other side refuses it; write a new certificate "
                + "to the file", own(Duration.ofDays(90), Duration.ofSeconds(-1)));
        assertEquals("is not valid before 2026-06-15T12:00:01Z, so the other side refuses it; write a "
                + "certificate that is valid now, or correct this machine's clock",
                own(Duration.ofSeconds(-1), Duration.ofDays(90)));
        assertEquals("", own(Duration.ZERO, Duration.ofDays(90)), "valid from this second on");
    }

    @Test
    void authorities_behind_the_certificate_are_looked_at_too() throws Exception {
        X509Certificate good = certificate(Duration.ofDays(60), Duration.ofDays(30));
        TestCa ca = new TestCa("authority");
        X509Certificate ended = ca.issue(NOW.minusSeconds(100), NOW.minusSeconds(2)).certificate();
        X509Certificate early = ca.issue(NOW.plusSeconds(2), NOW.plusSeconds(100)).certificate();
        X509Certificate ending = ca.issue(NOW.minusSeconds(98), NOW.plusSeconds(2)).certificate();
        String which = "has a certificate of the authority 'CN=server' that ";
        assertEquals(which + "expired at 2026-06-15T11:59:58Z, so the other side refuses both; write the "
                + "present one to the file", chain(good, ended));
        assertEquals(which + "is not valid before 2026-06-15T12:00:02Z, so the other side refuses both; "
                + "write the present one to the file, or correct this machine's clock", chain(good, early));
        assertEquals(which + "expires at 2026-06-15T12:00:02Z; write the next one to the file before then",
                chain(good, ending));
        assertEquals("", chain(good, certificate(Duration.ofDays(90), Duration.ofDays(-1))), "a root's own");
    }

    @Test
    void one_authority_that_is_good_suffices() throws Exception {
        X509Certificate good = certificate(Duration.ofDays(300), Duration.ofDays(60));
        X509Certificate ended = certificate(Duration.ofDays(300), Duration.ofDays(-2));
        X509Certificate ending = certificate(Duration.ofDays(300), Duration.ofDays(3));
        X509Certificate early = certificate(Duration.ofDays(-1), Duration.ofDays(300));
        assertEquals("", authorities(ended, good, early));
        assertEquals("", authorities(ending, good));
        assertEquals("", authorities(ending, early), "the next one is there");
        assertEquals("has no certificate that is valid after 2026-06-18T12:00:00Z; add the next one of the "
                + "authority before then", authorities(ended, ending));
        assertEquals("has only certificates that have expired, the last one at 2026-06-13T12:00:00Z; add the "
                + "present one of the authority", authorities(ended));
        assertEquals("has no certificate that is valid now, only one until 2027-04-11T12:00:00Z that is not "
                + "valid before 2026-06-16T12:00:00Z; add the present one of the authority, or correct this "
                + "machine's clock", authorities(ended, early));
    }
}
