package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.IssuerConfig;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.SignatureAlgorithm;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;

/// What is remembered of a token, and what is still looked at for every request.
class VerifiedTokensTest {
    private static final ECKey ONE = key("one");
    private static final ECKey TWO = key("two");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AccessConfig ANY = access(List.of("company"), List.of(), Map.of());
    /// Calls are made on the test's own task.
    private static final Client CLIENT = (Client) Proxy.newProxyInstance(Client.class.getClassLoader(),
            new Class<?>[]{Client.class}, (_, _, args) -> ((Supplier<?>) args[1]).get());

    private final List<Runnable> background = new ArrayList<>();
    private List<JWK> served = List.of(ONE.toPublicJWK(), TWO.toPublicJWK());
    private boolean down;
    private long now;
    private Issuers issuers = issuers(List.of("shop"), null);

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AccessConfig access(List<String> issuers, List<String> scopes,
            Map<String, String> claims) {
        return new AccessConfig(List.of(), issuers, scopes, claims);
    }

    private static IssuerConfig issuer(String name, List<String> audience) {
        return new IssuerConfig(name, "https://" + name + ".test", audience, "id", PathTemplate.of("/keys"),
                List.of(SignatureAlgorithm.ES256), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    private Issuers issuers(List<String> audience, @Nullable Issuers before) {
        return Issuers.of(List.of(issuer("company", audience), issuer("partner", audience)),
                Map.of("id", this::call), background::add, () -> now, () -> START.plusNanos(now), before);
    }

    private Reply call(Call call) throws DownstreamException {
        if (down) throw new DownstreamException(ErrorType.CONNECT_REFUSED, "down", null);
        try {
            return new Reply(200, new ObjectMapper().readTree(new JWKSet(served).toString()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer("https://company.test").audience("shop").subject("user-7")
                .claim("scope", "read").expirationTime(Date.from(START.plusSeconds(600)));
    }

    private static String signed(ECKey key, JWTClaimsSet.Builder claims) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
                claims.build());
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    private BearerAccess.Result judge(String token, AccessConfig access) {
        return new BearerAccess(issuers).judge(token, access, CLIENT);
    }

    private void assertGood(String token) {
        assertInstanceOf(BearerAccess.Result.Good.class, judge(token, ANY));
    }

    private void assertInvalid(String token, AccessConfig access) {
        var refused = assertInstanceOf(BearerAccess.Result.Refused.class, judge(token, access));
        assertTrue(String.valueOf(refused.challenge()).contains("invalid_token"), refused.toString());
    }

    /// Makes a token pass for one that was verified, although its signature is by nobody. So it is good for
    /// as long as it is remembered, and not when it is verified again.
    private String remembered() throws Exception {
        String good = signed(ONE, claims());
        assertGood(good);
        String forged = good.substring(0, good.lastIndexOf('.') + 1) + "AAAA";
        var known = Objects.requireNonNull(issuers.verified().find(VerifiedTokens.digest(good)));
        assertInvalid(forged, ANY);
        issuers.verified().keep(VerifiedTokens.digest(forged), Objects.requireNonNull(Tokens.read(forged)),
                known.tokens(), known.keys());
        assertGood(forged);
        return forged;
    }

    private void pass(Duration time) {
        now += time.toNanos();
        List<Runnable> due = List.copyOf(background);
        background.clear();
        due.forEach(Runnable::run);
    }

    /// Loads the classes, which may take longer on a busy machine than a test may.
    @BeforeAll
    static void judgeOnce() throws JOSEException {
        VerifiedTokensTest any = new VerifiedTokensTest();
        String token = signed(ONE, claims());
        Scheduler.shared().run("judge once", () -> any.assertGood(token));
    }

    @StructuredTest
    void claims_of_a_remembered_token_are_those_that_were_verified() throws Exception {
        String token = signed(ONE, claims().claim("tenant", "acme"));
        BearerAccess.Result first = judge(token, ANY);
        assertEquals(1, issuers.verified().size());
        assertEquals(first, judge(token, ANY));
        assertEquals(1, issuers.verified().size());
        assertEquals("user-7", assertInstanceOf(BearerAccess.Result.Good.class, first).claims().path("sub")
                .asText());
    }

    @StructuredTest
    void remembered_token_expires() throws Exception {
        String token = remembered();
        pass(Duration.ofSeconds(629));
        assertGood(token);
        pass(Duration.ofSeconds(1));
        assertInvalid(token, ANY);
    }

    @StructuredTest
    void token_that_expires_in_thousands_of_years_is_remembered() throws Exception {
        assertGood(signed(ONE, claims().expirationTime(Date.from(Instant.parse("9999-12-31T23:59:59Z")))));
        assertEquals(1, issuers.verified().size());
    }

    @StructuredTest
    void remembered_token_is_not_good_before_its_time_when_the_clock_goes_back() throws Exception {
        pass(Duration.ofSeconds(100));
        String token = signed(ONE, claims().notBeforeTime(Date.from(START.plusSeconds(100))));
        assertGood(token);
        now = 0;
        assertInvalid(token, ANY);
    }

    @StructuredTest
    void token_of_a_key_that_the_issuer_has_removed_ends() throws Exception {
        String token = signed(ONE, claims());
        String other = signed(TWO, claims());
        assertGood(token);
        assertGood(other);
        served = List.of(TWO.toPublicJWK());
        pass(Duration.ofMinutes(5));
        assertGood(token); // this one has the keys refreshed
        pass(Duration.ZERO);
        assertInvalid(token, ANY);
        assertGood(other);
    }

    @StructuredTest
    void any_change_of_the_keys_has_tokens_verified_again() throws Exception {
        String token = remembered();
        served = List.of(ONE.toPublicJWK(), TWO.toPublicJWK(), key("three").toPublicJWK());
        pass(Duration.ofMinutes(5));
        assertGood(token);
        pass(Duration.ZERO);
        assertInvalid(token, ANY);
    }

    @StructuredTest
    void refresh_that_brings_the_same_keys_leaves_tokens_remembered() throws Exception {
        String token = remembered();
        pass(Duration.ofMinutes(5));
        assertGood(token);
        assertEquals(1, background.size());
        pass(Duration.ZERO);
        assertGood(token);
    }

    @StructuredTest
    void remembered_token_is_not_good_when_the_keys_are_too_old_to_be_used() throws Exception {
        String token = signed(ONE, claims().expirationTime(Date.from(START.plus(Duration.ofHours(3)))));
        assertGood(token);
        down = true;
        pass(Duration.ofMinutes(59));
        assertGood(token);
        pass(Duration.ofMinutes(1));
        var refused = assertInstanceOf(BearerAccess.Result.Refused.class, judge(token, ANY));
        assertNull(refused.challenge()); // the issuer is to blame: 503
    }

    @StructuredTest
    void route_still_decides_what_it_asks_of_a_remembered_token() throws Exception {
        String token = signed(ONE, claims());
        assertGood(token);
        for (AccessConfig more : List.of(access(List.of("company"), List.of("write"), Map.of()),
                access(List.of("company"), List.of(), Map.of("tenant", "acme")))) {
            var refused = assertInstanceOf(BearerAccess.Result.Refused.class, judge(token, more));
            assertTrue(String.valueOf(refused.challenge()).contains("insufficient_scope"));
        }
        assertInvalid(token, access(List.of("partner"), List.of(), Map.of()));
        assertInstanceOf(BearerAccess.Result.Good.class,
                judge(token, access(List.of("partner", "company"), List.of("read"), Map.of())));
    }

    @StructuredTest
    void another_configuration_judges_anew() throws Exception {
        String token = signed(ONE, claims());
        assertGood(token);
        issuers = issuers(List.of("bank"), issuers);
        assertInvalid(token, ANY);
        issuers = issuers(List.of("shop"), issuers);
        assertGood(token);
        String forged = remembered();
        issuers = issuers(List.of("shop"), issuers);
        assertInvalid(forged, ANY);
    }

    @StructuredTest
    void refused_tokens_are_not_remembered() throws Exception {
        String good = signed(ONE, claims());
        assertGood(good);
        for (int i = 0; i < 100; i++)
            assertInvalid(good.substring(0, good.length() - 4) + "AB" + i % 10, ANY);
        assertInvalid(signed(ONE, claims().audience("bank")), ANY);
        assertInvalid(signed(ONE, claims().expirationTime(Date.from(START.minusSeconds(31)))), ANY);
        assertEquals(1, issuers.verified().size());
    }

    @StructuredTest
    void memory_is_bounded() throws Exception {
        String good = signed(ONE, claims().claim("long", "x".repeat(4_000)));
        assertGood(good);
        var known = Objects.requireNonNull(issuers.verified().find(VerifiedTokens.digest(good)));
        Tokens.Unverified token = Objects.requireNonNull(Tokens.read(good));
        for (int i = 0; i < 4_000; i++) {
            ByteBuffer digest = VerifiedTokens.digest("token " + i);
            issuers.verified().keep(digest, token, known.tokens(), known.keys());
        }
        long size = issuers.verified().size();
        assertTrue(size > 500 && size * known.claims().length <= VerifiedTokens.MOST_BYTES,
                size + " tokens");
    }
}
