package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import dev.structured.service.config.IssuerConfig;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.SignatureAlgorithm;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples that the standards themselves have: RFC 7515 (JWS) appendix A, RFC 7519 (JWT) 3.1 and 6.1,
/// RFC 7520 (cookbook) 4.2, RFC 8037 (Ed25519) appendix A. The texts of their tokens and keys are theirs.
class JwtExamplesTest {
    private static final String JOE = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx"
            + "lLmNvbS9pc19yb290Ijp0cnVlfQ";
    /// RFC 7515 A.1, which is RFC 7519 3.1, too.
    private static final String HS256 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + JOE
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String RS256 = "eyJhbGciOiJSUzI1NiJ9." + JOE
            + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2F"
            + "p5jujGb"
            + "ds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
            + "Qe7K0Gar"
            + "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np"
            + "6LbgGY9F"
            + "s98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    private static final String ES256 = "eyJhbGciOiJFUzI1NiJ9." + JOE
            + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    private static final String ES512 = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbL"
            + "fD_UxMi"
            + "70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHw"
            + "JjyqOgzD"
            + "O7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    /// RFC 7515 A.5, which is RFC 7519 6.1, too.
    private static final String UNSECURED = "eyJhbGciOiJub25lIn0." + JOE + ".";
    private static final String PS384 = "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhb"
            + "XBsZSJ9."
            + "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb25"
            + "0byB0aGU"
            + "gcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW"
            + "91IG1pZ2"
            + "h0IGJlIHN3ZXB0IG9mZiB0by4.cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6"
            + "-tPid6Vr"
            + "klHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPE"
            + "gVFn442Z"
            + "dNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2"
            + "_jLAeQTl"
            + "qRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";
    private static final String ED25519 = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0i"
            + "l_MGCjP"
            + "0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    private static final JWK RSA_KEY = key(
            """
                    {"kty": "RSA", "e": "AQAB", "n": \
                    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPC\
                    JrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0\
                    LOL-bSf63kpaSHSXndS\
                    5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ih\
                    lJH7aGhyxXFvUK-DWNm\
                    oudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}""");
    private static final JWK P256_KEY = key("""
            {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""");
    private static final JWK P521_KEY = key(
            """
                    {"kty": "EC", "crv": "P-521",
                     "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxc\
                    WceqwQGk",
                     "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf6\
                    3e3kyMj2"}""");
    private static final JWK BILBO_KEY = key(
            """
                    {"kty": "RSA", "e": "AQAB", "n": \
                    "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDv\
                    Nd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBord\
                    aZ6Aj-oBHqFEHYpPe7T\
                    pe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3\
                    L_vniUFAKwuCLqKnS2B\
                    Ywdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"}""");
    private static final JWK ED_KEY = key("""
            {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""");
    /// The secret of RFC 7515 A.1.
    private static final JWK SECRET_KEY = key(
            """
                    {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS\
                    4hcgUuTwjAzZr1Z9CAow"}""");

    private static JWK key(String json) {
        try {
            return JWK.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Tokens tokens() {
        IssuerConfig joe = new IssuerConfig("joe", "joe", List.of("shop"), "id", PathTemplate.of("/keys"),
                List.of(SignatureAlgorithm.values()), Duration.ZERO, Duration.ofMinutes(5));
        return new Tokens(new IssuerKeys(joe, _ -> {
            throw new AssertionError("nobody is asked for keys");
        }, Runnable::run, System::nanoTime), InstantSource.system());
    }

    static List<Arguments> signed() {
        return List.of(argumentSet("RFC 7515 A.2, RS256", RS256, RSA_KEY),
                argumentSet("RFC 7515 A.3, ES256", ES256, P256_KEY),
                argumentSet("RFC 7515 A.4, ES512", ES512, P521_KEY),
                argumentSet("RFC 7520 4.2, PS384", PS384, BILBO_KEY),
                argumentSet("RFC 8037 A.4, Ed25519", ED25519, ED_KEY));
    }

    @ParameterizedTest
    @MethodSource("signed")
    void signature_of_a_key_pair_holds_under_its_key_alone(String text, JWK key) throws ParseException {
        SignedJWT token = SignedJWT.parse(text);
        assertTrue(Tokens.isSigned(token, List.of(key)));
        List<JWK> others = List.of(RSA_KEY, P256_KEY, P521_KEY, BILBO_KEY, ED_KEY, SECRET_KEY).stream()
                .filter(each -> !each.equals(key)).toList();
        assertFalse(Tokens.isSigned(token, others));
        char[] changed = text.toCharArray();
        int at = text.lastIndexOf('.') + 5;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        assertFalse(Tokens.isSigned(SignedJWT.parse(new String(changed)), List.of(key)));
    }

    static List<Arguments> expired() {
        return List.of(argumentSet("RFC 7515 A.2", RS256, RSA_KEY),
                argumentSet("RFC 7515 A.3", ES256, P256_KEY));
    }

    @ParameterizedTest
    @MethodSource("expired")
    void tokens_of_joe_are_read_and_have_long_expired(String text, JWK key) {
        Tokens.Unverified token = Tokens.read(text);
        assertTrue(token != null && tokens().mayBe(token));
        assertEquals("joe", token.claims().getIssuer());
        assertNull(tokens().verified(token, List.of(key)));
    }

    static List<Arguments> refused() {
        return List.of(argumentSet("RFC 7515 A.1, RFC 7519 3.1: by a secret", HS256),
                argumentSet("RFC 7515 A.5, RFC 7519 6.1: unsecured", UNSECURED),
                argumentSet("RFC 7515 A.4: no claims", ES512),
                argumentSet("RFC 7515 A.6: JSON with two signatures",
                        "{\"payload\":\"" + JOE + "\",\"signatures\":[]}"),
                argumentSet("RFC 7515 A.7: flattened JSON",
                        "{\"payload\":\"" + JOE
                                + "\",\"protected\":\"eyJhbGciOiJFUzI1NiJ9\",\"signature\":\"DtEh\"}"),
                argumentSet("RFC 7519 A.1: an encrypted token has five pieces",
                        "eyJhbGciOiJSU0ExXzUifQ.a.b.c.d"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void others_are_no_tokens_that_may_be_good(String text) {
        Tokens.@Nullable Unverified token = Tokens.read(text);
        assertFalse(token != null && tokens().mayBe(token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AA", "", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo11qYAYKx",
            "_____________________________________________38"})
    void malformed_key_has_made_no_signature(String x) throws ParseException {
        JWK key = key("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}");
        assertFalse(Tokens.isSigned(SignedJWT.parse(ED25519), List.of(key)));
    }
}
