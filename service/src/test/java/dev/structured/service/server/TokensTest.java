package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whose tokens are accepted, over the real server.
class TokensTest {
    private static final String FILE = """
            issuers:
              company: {issuer: "https://id.test", audience: [shop, other], from: id, path: /keys, clockSkew: 30s}
              partner: {issuer: "https://partner.test", audience: shop, from: partner, path: /jwks}
            downstreams:
              a: {url: "http://a.test"}
              id: {url: "http://id.test"}
              partner: {url: "http://partner.test"}
            routes:
              - {path: /mine, deadline: 30s, access: {issuers: [company]}, parts: {p: {from: a, path: \
            "/of/${jwt.sub}"}}}
              - path: /orders
                deadline: 30s
                access: {issuers: [company, partner], scopes: [orders.read, orders.list], claims: {tenant: \
            acme}}
                parts: {p: {from: a, path: /orders}}
            """;
    private static final RSAKey RSA;
    private static final RSAKey OTHER;
    private static final ECKey EC;
    static {
        try {
            RSA = new RSAKeyGenerator(2048).keyID("rsa").generate();
            OTHER = new RSAKeyGenerator(2048).keyID("rsa").generate();
            EC = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile boolean down;
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedFile(FILE, Map.of("a", call -> {
            calls.add(call.path());
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        }, "id", _ -> {
            fetches.incrementAndGet();
            if (down) throw new DownstreamException(ErrorType.CONNECT_REFUSED, "down", null);
            return new Reply(200, keys(new JWKSet(List.of(RSA, EC))));
        }, "partner", _ -> new Reply(200, keys(new JWKSet(OTHER)))));
    }

    private static JsonNode keys(JWKSet set) {
        try {
            return new ObjectMapper().readTree(set.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder().issuer("https://id.test").audience("shop").subject("user-7")
                .expirationTime(in(60));
    }

    private static Date in(int seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    private static String signed(JWSAlgorithm algorithm, String key, JWSSigner signer,
            JWTClaimsSet.Builder claims)
            throws JOSEException {
        return signed(new JWSHeader.Builder(algorithm).keyID(key), signer, claims);
    }

    private static String signed(JWSHeader.Builder header, JWSSigner signer, JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT token = new SignedJWT(header.build(), claims.build());
        token.sign(signer);
        return token.serialize();
    }

    private static String rsa(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(RSA), claims);
    }

    private RawClient.Reply ask(String path, String token) throws IOException {
        return served.ask("GET " + path, "Authorization: Bearer " + token + "\r\n");
    }

    static List<Arguments> good() throws JOSEException {
        return List.of(argumentSet("RS256", rsa(claims())),
                argumentSet("PS256", signed(JWSAlgorithm.PS256, "rsa", new RSASSASigner(RSA), claims())),
                argumentSet("ES256", signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(EC), claims())),
                argumentSet("without the name of its key", signed(new JWSHeader.Builder(JWSAlgorithm.RS256),
                        new RSASSASigner(RSA), claims())),
                argumentSet("an access token", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa")
                        .type(new JOSEObjectType("at+jwt")), new RSASSASigner(RSA), claims())),
                argumentSet("one of many audiences", rsa(claims().audience(List.of("x", "other")))),
                argumentSet("expired within the skew", rsa(claims().expirationTime(in(-10)))),
                argumentSet("not yet valid, within the skew", rsa(claims().notBeforeTime(in(10)))));
    }

    @ParameterizedTest
    @MethodSource("good")
    void good_token_tells_who_asks(String token) throws IOException {
        RawClient.Reply reply = ask("/mine", token);
        assertEquals(200, reply.status(), reply.body());
        assertEquals(List.of("/of/user-7"), calls);
        assertEquals("Accept, authorization", reply.header("Vary"));
        assertEquals("private", reply.header("Cache-Control"));
    }

    static List<Arguments> bad() throws Exception {
        String good = rsa(claims());
        String[] pieces = good.split("\\.", -1);
        byte[] publicKey = RSA.toRSAPublicKey().getEncoded();
        return List.of(argumentSet("alg none", new PlainJWT(claims().build()).serialize()),
                argumentSet("alg none, with the pieces of a good one",
                        "eyJhbGciOiJub25lIn0." + pieces[1] + "." + pieces[2]),
                argumentSet("signed with the public key as a secret",
                        signed(JWSAlgorithm.HS256, "rsa", new MACSigner(publicKey), claims())),
                argumentSet("signed with the public key's PEM as a secret",
                        signed(JWSAlgorithm.HS512, "rsa", new MACSigner(RSA.toPublicJWK().toJSONString()),
                                claims())),
                argumentSet("signed by another key of this name",
                        signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(OTHER), claims())),
                argumentSet("signed by a key of its own header",
                        signed(new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .jwk(OTHER.toPublicJWK()), new RSASSASigner(OTHER), claims())),
                argumentSet("an algorithm that is not accepted",
                        signed(JWSAlgorithm.RS512, "rsa", new RSASSASigner(RSA), claims())),
                argumentSet("unknown key",
                        signed(JWSAlgorithm.RS256, "new", new RSASSASigner(OTHER), claims())),
                argumentSet("other claims under the same signature",
                        pieces[0] + "." + rsa(claims().subject("admin")).split("\\.", -1)[1] + "."
                                + pieces[2]),
                argumentSet("without a signature", pieces[0] + "." + pieces[1] + "."),
                argumentSet("wrong audience", rsa(claims().audience("bank"))),
                argumentSet("no audience", rsa(claims().audience((String) null))),
                argumentSet("expired", rsa(claims().expirationTime(in(-31)))),
                argumentSet("never expires", rsa(claims().expirationTime(null))),
                argumentSet("not yet valid", rsa(claims().notBeforeTime(in(40)))),
                argumentSet("other issuer", rsa(claims().issuer("https://evil.test"))),
                argumentSet("issuer of another route",
                        signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(OTHER),
                                claims().issuer("https://partner.test"))),
                argumentSet("issuer with a slash more", rsa(claims().issuer("https://id.test/"))),
                argumentSet("no issuer", rsa(claims().issuer(null))),
                argumentSet("of another kind", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa")
                        .type(new JOSEObjectType("logout+jwt")), new RSASSASigner(RSA), claims())),
                argumentSet("not a token", "abc"), argumentSet("nothing", ""), argumentSet("dots", "..."),
                argumentSet("two tokens", good + " " + good));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void bad_token_is_refused(String token) throws IOException {
        RawClient.Reply reply = ask("/mine", token);
        assertEquals(401, reply.status());
        assertTrue(reply.header("WWW-Authenticate").startsWith("Bearer realm=\"structured-service\""),
                reply.toString());
        assertEquals(!token.isEmpty(), reply.header("WWW-Authenticate").contains("error=\"invalid_token\""));
        assertEquals(List.of(), calls);
    }

    @Test
    void request_without_a_token_gets_a_challenge_without_an_error() throws IOException {
        for (String headers : List.of("", "Authorization: Basic YTpi\r\n", "X-API-Key: x\r\n")) {
            RawClient.Reply reply = served.ask("GET /mine", headers);
            assertEquals(401, reply.status());
            assertEquals("Bearer realm=\"structured-service\"", reply.header("WWW-Authenticate"));
        }
        assertEquals(0, fetches.get());
    }

    @Test
    void scopes_and_claims_are_needed_by_route() throws Exception {
        String two = "orders.read orders.list";
        assertEquals(200, ask("/orders", rsa(claims().claim("scope", two).claim("tenant", "acme"))).status());
        assertEquals(200, ask("/orders", rsa(claims().claim("scp", List.of("orders.list", "orders.read"))
                .claim("tenant", List.of("x", "acme")))).status());
        assertEquals(200, ask("/orders", signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(OTHER),
                claims().issuer("https://partner.test").claim("scope", two).claim("tenant", "acme")))
                .status());
        RawClient.Reply reply = ask("/orders",
                rsa(claims().claim("scope", "orders.read").claim("tenant", "acme")));
        assertEquals(403, reply.status());
        assertEquals(
                "Bearer realm=\"structured-service\", error=\"insufficient_scope\", scope=\"orders.read "
                        + "orders.list\"",
                reply.header("WWW-Authenticate"));
        assertEquals(403,
                ask("/orders", rsa(claims().claim("scope", two).claim("tenant", "other"))).status());
        assertEquals(403, ask("/orders", rsa(claims().claim("scope", two))).status());
    }

    @Test
    void keys_of_one_issuer_sign_for_no_other() throws Exception {
        String crossed = signed(JWSAlgorithm.RS256, "rsa", new RSASSASigner(RSA), claims()
                .issuer("https://partner.test").claim("scope", "orders.read orders.list")
                .claim("tenant", "acme"));
        assertEquals(401, ask("/orders", crossed).status());
    }

    @Test
    void issuer_that_is_down_is_no_fault_of_the_token() throws Exception {
        down = true;
        RawClient.Reply reply = ask("/mine", rsa(claims()));
        assertEquals(503, reply.status());
        assertTrue(reply.headers().containsKey("retry-after"));
        assertFalse(reply.headers().containsKey("www-authenticate"));
    }

    @Test
    void keys_are_fetched_once_and_kept_while_the_issuer_is_down() throws Exception {
        assertEquals(200, ask("/mine", rsa(claims())).status());
        down = true;
        for (int i = 0; i < 20; i++) assertEquals(200, ask("/mine", rsa(claims())).status());
        for (int i = 0; i < 20; i++) {
            assertEquals(401,
                    ask("/mine", signed(JWSAlgorithm.RS256, "new" + i, new RSASSASigner(OTHER), claims()))
                            .status());
        }
        assertEquals(1, fetches.get());
    }
}
