package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.IssuerConfig;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.SignatureAlgorithm;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When the keys of an issuer are asked for, and how long they are used.
class IssuerKeysTest {
    private static final IssuerConfig CONFIG = new IssuerConfig("company", "https://id.test", List.of("shop"),
            "id",
            PathTemplate.of("/keys"), List.of(SignatureAlgorithm.ES256), Duration.ZERO,
            Duration.ofMinutes(5));

    private final List<Runnable> background = new ArrayList<>();
    private long now = Long.MAX_VALUE - 5_000_000_000L; // the scheduler's time may overflow
    private int calls;
    private boolean down;
    private boolean slow;
    private List<JWK> served = List.of(key("one"));
    private final IssuerKeys keys = new IssuerKeys(CONFIG, this::call, background::add, () -> now);

    private static JWK key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate().toPublicJWK();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Reply call(Call call) throws DownstreamException {
        calls++;
        if (slow) Checkpoints.sleep(Duration.ofMillis(10));
        if (down) throw new DownstreamException(ErrorType.CONNECT_REFUSED, "down", null);
        try {
            return new Reply(200, new ObjectMapper().readTree(new JWKSet(served).toString()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSHeader signedBy(String id) {
        return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /// Returns how many keys fit, as a request finds them; -1 if none are known.
    private int find(String id) {
        IssuerKeys.Candidates known = keys.ifKnown(signedBy(id));
        IssuerKeys.Candidates found = known != null ? known : keys.await(signedBy(id));
        return found == null ? -1 : found.keys().size();
    }

    @StructuredTest
    void first_request_asks_and_the_next_do_not() {
        assertNull(keys.ifKnown(signedBy("one")));
        for (int i = 0; i < 1_000; i++) assertEquals(1, find("one"));
        assertEquals(1, calls);
    }

    @StructuredTest
    void requests_that_come_together_share_one_call() {
        slow = true;
        Nursery.run("requests", nursery -> {
            for (int i = 0; i < 100; i++) nursery.startSoon("request", () -> assertEquals(1, find("one")));
        });
        assertEquals(1, calls);
    }

    @StructuredTest
    void flood_of_unknown_keys_costs_one_call_in_30_seconds() {
        find("one");
        for (int second = 0; second < 120; second++) {
            pass(Duration.ofSeconds(1));
            for (int i = 0; i < 100; i++) assertEquals(0, find("unknown" + i));
        }
        assertTrue(calls <= 5, calls + " calls in two minutes");
        assertEquals(1, find("one"));
    }

    @StructuredTest
    void new_key_is_found_at_once_when_none_was_asked_for_lately() {
        find("one");
        pass(Duration.ofSeconds(31));
        served = List.of(key("two"), served.getFirst());
        assertEquals(1, find("two"));
        assertEquals(1, find("one"));
        assertEquals(2, calls);
    }

    @StructuredTest
    void keys_are_refreshed_ahead_by_one_task_of_the_background() {
        find("one");
        pass(Duration.ofMinutes(5));
        for (int i = 0; i < 100; i++) assertEquals(1, find("one"));
        assertEquals(1, background.size());
        assertEquals(1, calls);
        served = List.of(key("two"));
        background.removeFirst().run();
        assertEquals(2, calls);
        assertEquals(1, find("two"));
        assertEquals(0, find("one"));
    }

    @StructuredTest
    void keys_are_kept_for_an_hour_when_the_issuer_is_down() {
        find("one");
        down = true;
        for (int minute = 0; minute < 59; minute++) {
            pass(Duration.ofMinutes(1));
            assertEquals(1, find("one"), "after " + minute + " minutes");
            background.forEach(Runnable::run);
            background.clear();
        }
        pass(Duration.ofMinutes(1));
        assertEquals(-1, find("one"));
        down = false;
        pass(Duration.ofSeconds(30));
        assertEquals(1, find("one"));
    }

    @StructuredTest
    void issuer_that_was_never_there_is_asked_once_a_second() {
        down = true;
        for (int i = 0; i < 100; i++) assertEquals(-1, find("one"));
        assertEquals(1, calls);
        pass(Duration.ofSeconds(1));
        down = false;
        assertEquals(1, find("one"));
    }

    @StructuredTest
    void answer_that_is_no_key_set_leaves_the_old_keys() {
        find("one");
        pass(Duration.ofSeconds(31));
        served = List.of();
        IssuerKeys broken = new IssuerKeys(CONFIG, _ -> new Reply(200, MissingNode.getInstance()),
                background::add,
                () -> now).after(keys);
        assertEquals(List.of(), assertNotNull(broken.await(signedBy("two"))).keys());
        assertEquals(1, assertNotNull(broken.ifKnown(signedBy("one"))).keys().size());
    }

    private static IssuerKeys.Candidates assertNotNull(IssuerKeys.@Nullable Candidates found) {
        assertFalse(found == null);
        return found;
    }

    /// The examples of RFC 7515, A.1 to A.3, and RFC 7519, 6.1.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RS256 | eyJhbGciOiJSUzI1NiJ9 | cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AA\
            uHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6\
            xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1p\
            hCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw | true
            ES256 | eyJhbGciOiJFUzI1NiJ9 | DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApm\
            WQxfKTUJqPP3-Kg6NU1Q | true
            HS256 | eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9 | dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk | \
            false
            """)
    void examples_of_the_standard(String algorithm, String header, String signature, boolean signed)
            throws ParseException {
        String payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19y"
                + "b290Ijp0cnVlfQ";
        List<JWK> all = JWKSet
                .parse("""
                        {"keys":[
                         {"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26\
                        mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b3269\
                        0r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2C\
                        apHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGN\
                        j8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
                         {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x\
                        _FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                         {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i\
                        PS4hcgUuTwjAzZr1Z9CAow"}]}
                        """)
                .getKeys();
        assertEquals(signed, Tokens.isSigned(SignedJWT.parse(header + "." + payload + "." + signature), all));
        String other = (signature.charAt(5) == 'A' ? 'B' : 'A') + "";
        String forged = signature.substring(0, 5) + other + signature.substring(6);
        assertFalse(Tokens.isSigned(SignedJWT.parse(header + "." + payload + "." + forged), all));
    }

    @Test
    void unsecured_token_of_the_standard_is_none() {
        assertNull(Tokens.read(
                "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
                        + "LmNvbS9pc19yb290Ijp0cnVlfQ."));
    }
}
