package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.structured.service.aggregate.Reply;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tokens that the standards warn of, over the real server: RFC 8725 (best practices) sections 2 and 3, RFC
/// 7515 section 10 and RFC 7797 section 7; the answers are those of RFC 6750 section 3.
///
/// Each row has its section, the token's header and claims as they stand in it, and how it is signed. `…`
/// stands for the claims of a good token.
class JwtAttacksTest {
    private static final String FILE = """
            issuers:
              company:
                issuer: "https://id.test"
                audience: shop
                from: id
                path: /keys
                algorithms: [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519]
            downstreams:
              a: {url: "http://a.test"}
              id: {url: "http://id.test"}
            routes:
              - path: /mine
                deadline: 30s
                access: {issuers: [company]}
                parts: {p: {from: a, path: "/of/${jwt.sub}"}}
              - {path: /scoped, deadline: 30s, access: {issuers: [company], scopes: [read]}, parts: {p: \
            {from: a, path: /}}}
            """;
    private static final String CLAIMS = "\"iss\":\"https://id.test\",\"aud\":\"shop\",\"sub\":\"user-7\",\"exp\":4102444800";
    private static final Map<String, KeyPair> KEYS = Map.of("rsa", pair("RSA", 2048), "short",
            pair("RSA", 1024),
            "evil", pair("RSA", 2048), "p256", pair("secp256r1"), "p384", pair("secp384r1"),
            "p521", pair("secp521r1"), "ed", pair("Ed25519", 255));
    private static final String JWKS;
    static {
        RSAPublicKey rsa = (RSAPublicKey) KEYS.get("rsa").getPublic();
        List<JWK> keys = List.of(new RSAKey.Builder(rsa).keyID("rsa").build(),
                new RSAKey.Builder((RSAPublicKey) KEYS.get("short").getPublic()).keyID("short").build(),
                new ECKey.Builder(Curve.P_256, (ECPublicKey) KEYS.get("p256").getPublic()).keyID("p256")
                        .build(),
                new ECKey.Builder(Curve.P_384, (ECPublicKey) KEYS.get("p384").getPublic()).keyID("p384")
                        .build(),
                new ECKey.Builder(Curve.P_521, (ECPublicKey) KEYS.get("p521").getPublic()).keyID("p521")
                        .build(),
                new OctetKeyPair.Builder(Curve.Ed25519, point(KEYS.get("ed"))).keyID("ed").build());
        // Some issuers have keys for encryption, too, and kinds of keys that others do not know.
        JWKS = "{\"keys\":[" + String.join(",", keys.stream().map(JWK::toJSONString).toList())
                + ",{\"kty\":\"AKP\",\"kid\":\"new\",\"alg\":\"ML-DSA-44\",\"pub\":\"AA\"},"
                + new RSAKey.Builder(rsa).keyID("enc").keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION).build()
                        .toJSONString()
                + "]}";
    }

    private static KeyPair pair(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (size != 255) generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The last 32 bytes of the key's DER form.
    private static Base64URL point(KeyPair pair) {
        byte[] der = ((EdECPublicKey) pair.getPublic()).getEncoded();
        return Base64URL.encode(Arrays.copyOfRange(der, der.length - 32, der.length));
    }

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> fetches = new CopyOnWriteArrayList<>();
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        served = new ServedFile(FILE, Map.of("a", call -> {
            calls.add(call.path());
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        }, "id", call -> {
            fetches.add(call.path());
            return new Reply(200, json(JWKS));
        }));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Returns a token with a signature; see the class.
    ///
    /// @param by algorithm and key, such as `RS256 rsa`; or what stands in place of a signature
    static String token(String header, String claims, String by) throws GeneralSecurityException {
        String payload = claims.replace("…", CLAIMS);
        String input = base64(header.getBytes(UTF_8)) + "." + base64(payload.getBytes(UTF_8));
        return input + "." + signature(input.getBytes(UTF_8), by);
    }

    private static String signature(byte[] input, String by) throws GeneralSecurityException {
        return switch (by) {
            case "nothing" -> "";
            case "zeros" -> base64(new byte[64]);
            case "public key" -> base64(mac(input, KEYS.get("rsa").getPublic().getEncoded()));
            case "no secret" -> base64(mac(input, new byte[1]));
            default -> {
                String[] words = by.split(" ", -1);
                yield base64(sign(input, words[0], KEYS.get(words[1]).getPrivate()));
            }
        };
    }

    private static byte[] mac(byte[] input, byte[] secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(input);
    }

    private static byte[] sign(byte[] input, String algorithm, PrivateKey key)
            throws GeneralSecurityException {
        String bits = algorithm.substring(2);
        Signature signature = Signature.getInstance(switch (algorithm.substring(0, 2)) {
            case "RS" -> "SHA" + bits + "withRSA";
            case "PS" -> "RSASSA-PSS";
            case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
            case "DE" -> "SHA256withECDSA"; // DER256
            default -> "Ed25519";
        });
        if (algorithm.startsWith("PS")) {
            signature.setParameter(new PSSParameterSpec("SHA-" + bits, "MGF1",
                    new MGF1ParameterSpec("SHA-" + bits), Integer.parseInt(bits) / 8, 1));
        }
        signature.initSign(key);
        signature.update(input);
        return signature.sign();
    }

    private RawClient.Reply ask(String path, String token) throws IOException {
        return served.ask("GET " + path, "Authorization: Bearer " + token + "\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"alg":"RS256","kid":"rsa"}                                  | RS256 rsa
            {"alg":"RS384","kid":"rsa"}                                  | RS384 rsa
            {"alg":"RS512","kid":"rsa"}                                  | RS512 rsa
            {"alg":"PS256","kid":"rsa"}                                  | PS256 rsa
            {"alg":"PS384"}                                              | PS384 rsa
            {"alg":"PS512"}                                              | PS512 rsa
            {"alg":"ES256","kid":"p256"}                                 | ES256 p256
            {"alg":"ES384","kid":"p384"}                                 | ES384 p384
            {"alg":"ES512"}                                              | ES512 p521
            {"alg":"EdDSA","kid":"ed"}                                   | EdDSA ed
            {"alg":"Ed25519"}                                            | Ed25519 ed
            {"alg":"RS256","kid":"rsa","typ":"JWT"}                      | RS256 rsa
            {"typ":"at+JWT","alg":"RS256"}                               | RS256 rsa
            {"alg":"RS256","jku":"https://evil.test/k","x5u":"https://evil.test/x"} | RS256 rsa
            {"alg":"RS256","mine":{"any":["thing"]}}                     | RS256 rsa
            """)
    void each_kind_of_signature_is_known_and_addresses_of_keys_are_passed_over(String header, String by)
            throws Exception {
        RawClient.Reply reply = ask("/mine", token(header, "{…}", by));
        assertEquals(200, reply.status(), reply.body());
        assertEquals(List.of("/of/user-7"), calls);
        assertEquals(List.of("/keys"), fetches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            8725 2.1 none                     | {"alg":"none"}                             | {…}           | nothing
            8725 2.1 none, in other letters   | {"alg":"nOnE"}                             | {…}           | nothing
            8725 2.1 none, and a signature    | {"alg":"none"}                             | {…}           | RS256 rsa
            8725 2.1 no algorithm             | {"kid":"rsa"}                              | {…}           | RS256 rsa
            8725 2.1 a key pair as a secret   | {"alg":"HS256","kid":"rsa"}                | {…}           | public key
            8725 2.1 RS256, signed as HS256   | {"alg":"RS256","kid":"rsa"}                | {…}           | public key
            8725 2.2 a secret of nothing      | {"alg":"HS256"}                            | {…}           | no secret
            8725 2.2 a short RSA key          | {"alg":"RS256","kid":"short"}              | {…}           | RS256 short
            8725 2.2 short, without its name  | {"alg":"RS256"}                            | {…}           | RS256 short
            8725 3.1 RS256 by another         | {"alg":"RS256","kid":"rsa"}                | {…}           | RS256 evil
            8725 3.1 PS256 for RS256          | {"alg":"RS256","kid":"rsa"}                | {…}           | PS256 rsa
            8725 3.1 another hash             | {"alg":"RS256","kid":"rsa"}                | {…}           | RS512 rsa
            8725 3.1 another curve            | {"alg":"ES256","kid":"p384"}               | {…}           | ES256 p384
            8725 3.1 EdDSA by a curve of ES   | {"alg":"EdDSA","kid":"p256"}               | {…}           | ES256 p256
            8725 3.1 a key for encryption     | {"alg":"RS256","kid":"enc"}                | {…}           | RS256 rsa
            8725 3.4 a signature of zeros     | {"alg":"ES256","kid":"p256"}               | {…}           | zeros
            8725 3.4 zeros of Ed25519         | {"alg":"EdDSA","kid":"ed"}                 | {…}           | zeros
            7518 3.4 a signature in DER       | {"alg":"ES256","kid":"p256"}               | {…}           | DER256 p256
            8725 2.6 encrypted                | {"alg":"RSA-OAEP","enc":"A128GCM"}         | {…}           | RS256 rsa
            8725 2.8 issuer with a slash      | {"alg":"RS256"} | {"iss":"https://id.test/","aud":"shop","sub":"u","exp":4102444800} | RS256 rsa
            8725 3.8 issuer in other letters  | {"alg":"RS256"} | {"iss":"HTTPS://id.test","aud":"shop","sub":"u","exp":4102444800}  | RS256 rsa
            8725 3.8 no issuer                | {"alg":"RS256"} | {"aud":"shop","sub":"u","exp":4102444800}                          | RS256 rsa
            8725 3.8 a list of issuers        | {"alg":"RS256"} | {"iss":["https://id.test"],"aud":"shop","exp":4102444800}          | RS256 rsa
            8725 3.9 another audience         | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shops","sub":"u","exp":4102444800} | RS256 rsa
            8725 3.9 no audience              | {"alg":"RS256"} | {"iss":"https://id.test","sub":"u","exp":4102444800}               | RS256 rsa
            8725 3.9 an audience of nothing   | {"alg":"RS256"} | {"iss":"https://id.test","aud":[],"sub":"u","exp":4102444800}      | RS256 rsa
            8725 3.10 a path as the key       | {"alg":"RS256","kid":"../../../../dev/null"} | {…}         | no secret
            8725 3.10 a query as the key      | {"alg":"RS256","kid":"x' UNION SELECT 'k"} | {…}           | RS256 evil
            8725 3.10 a URL as the key        | {"alg":"RS256","kid":"http://evil.test/k"} | {…}           | RS256 evil
            8725 3.10 a number as the key     | {"alg":"RS256","kid":7}                    | {…}           | RS256 rsa
            8725 3.10 keys at an address      | {"alg":"RS256","jku":"http://evil.test/k"} | {…}           | RS256 evil
            8725 3.10 a certificate elsewhere | {"alg":"RS256","x5u":"http://evil.test/k"} | {…}           | RS256 evil
            8725 3.11 a token of another kind | {"alg":"RS256","typ":"secevent+jwt"}       | {…}           | RS256 rsa
            8725 3.11 proof of possession     | {"alg":"RS256","typ":"dpop+jwt"}           | {…}           | RS256 rsa
            7515 4.1.11 unknown extension     | {"alg":"RS256","crit":["exp"],"exp":1}     | {…}           | RS256 rsa
            7515 4.1.11 none is named         | {"alg":"RS256","crit":[]}                  | {…}           | RS256 rsa
            7515 4.1.11 no list               | {"alg":"RS256","crit":"exp"}               | {…}           | RS256 rsa
            7797 7 a payload not encoded      | {"alg":"RS256","b64":false,"crit":["b64"]} | {…}           | RS256 rsa
            7797 7 the same, not critical     | {"alg":"RS256","b64":false}                | {…}           | RS256 rsa
            7515 10.12 algorithm twice        | {"alg":"none","alg":"RS256"}               | {…}           | RS256 rsa
            7515 10.12 key twice              | {"alg":"RS256","kid":"evil","kid":"rsa"}   | {…}           | RS256 rsa
            7515 10.12 subject twice          | {"alg":"RS256"}                            | {…,"sub":"a"} | RS256 rsa
            7519 7.2 claims in a list         | {"alg":"RS256"}                            | [{…}]         | RS256 rsa
            7519 7.2 more behind the claims   | {"alg":"RS256"}                            | {…}{}         | RS256 rsa
            7519 7.2 no claims                | {"alg":"RS256"}                            | null          | RS256 rsa
            7519 4.1.2 a number as subject    | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shop","sub":7,"exp":4102444800}     | RS256 rsa
            7519 4.1.4 expired                | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shop","sub":"u","exp":1300819380}   | RS256 rsa
            7519 4.1.4 never expires          | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shop","sub":"u"}                    | RS256 rsa
            7519 4.1.4 expires in words       | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shop","sub":"u","exp":"4102444800"} | RS256 rsa
            7519 4.1.4 expires before 1970    | {"alg":"RS256"} | {"iss":"https://id.test","aud":"shop","sub":"u","exp":-1}           | RS256 rsa
            7519 4.1.5 not yet valid          | {"alg":"RS256"} | {…,"nbf":4102444000}                                                | RS256 rsa
            7519 4.1.5 not before in words    | {"alg":"RS256"} | {…,"nbf":"soon"}                                                    | RS256 rsa
            """)
    void token_that_is_an_attack_is_refused(String source, String header, String claims, String by)
            throws Exception {
        RawClient.Reply reply = ask("/mine", token(header, claims, by));
        assertRefused(reply);
        assertTrue(fetches.stream().allMatch("/keys"::equals), () -> fetches.toString());
    }

    /// RFC 6750, 3.1: the challenge names the error, and says nothing that helps to forge.
    private void assertRefused(RawClient.Reply reply) {
        assertEquals(401, reply.status(), reply.body());
        String challenge = reply.header("WWW-Authenticate");
        assertTrue(challenge.startsWith("Bearer realm=\"structured-service\", error=\"invalid_token\", "
                + "error_description=\""), challenge);
        assertEquals(List.of(), calls);
        assertFalse(reply.headers().containsKey("cache-control")
                && reply.header("Cache-Control").contains("public"), reply.toString());
    }

    @Test
    void key_that_a_token_brings_along_is_not_used() throws Exception {
        RSAKey evil = new RSAKey.Builder((RSAPublicKey) KEYS.get("evil").getPublic()).keyID("rsa").build();
        assertRefused(ask("/mine", token("{\"alg\":\"RS256\",\"jwk\":" + evil.toJSONString() + "}", "{…}",
                "RS256 evil")));
        assertRefused(
                ask("/mine", token("{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jwk\":" + evil.toJSONString() + "}",
                        "{…}", "RS256 evil")));
    }

    @ParameterizedTest
    @CsvSource({"'=', ''", "'==', ''", "'', '='", "'!', ''", "'', '%20'", "'.', ''", "'', '.'", "' ', ''",
            "'é', ''"})
    void token_has_one_form_only(String before, String after) throws Exception {
        String good = token("{\"alg\":\"RS256\"}", "{…}", "RS256 rsa");
        int dot = good.indexOf('.');
        assertRefused(ask("/mine", good.substring(0, dot) + before + good.substring(dot) + after));
    }

    @Test
    void large_tokens_are_refused_before_anything_is_fetched() throws Exception {
        String big = token("{\"alg\":\"RS256\",\"kid\":\"" + "k".repeat(40_000) + "\"}", "{…}", "RS256 rsa");
        assertEquals(431, ask("/mine", big).status());
        String deep = token("{\"alg\":\"RS256\",\"x\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}", "{…}",
                "RS256 rsa");
        assertRefused(ask("/mine", deep));
        assertEquals(List.of(), fetches);
        assertRefused(ask("/mine", token("{\"alg\":\"RS256\"}", "{…,\"x\":" + "[".repeat(2_000)
                + "]".repeat(2_000) + "}", "RS256 rsa")));
    }

    @Test
    void unknown_keys_cost_one_fetch() throws Exception {
        for (int i = 0; i < 30; i++) {
            assertRefused(
                    ask("/mine", token("{\"alg\":\"RS256\",\"kid\":\"../" + i + "\"}", "{…}", "RS256 evil")));
        }
        assertEquals(List.of("/keys"), fetches);
    }

    /// RFC 6750, 2: in the header only, since addresses are logged; 3: two ways at once are none.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /mine?access_token=%s | ``
            /mine                 | Cookie: access_token=%s
            /mine                 | X-Access-Token: %s
            /mine                 | Proxy-Authorization: Bearer %s
            /mine                 | Authorization: Basic %s
            /mine                 | Authorization: %s
            """)
    void token_counts_in_its_header_alone(String path, String header) throws Exception {
        String good = token("{\"alg\":\"RS256\"}", "{…}", "RS256 rsa");
        RawClient.Reply reply = served.ask("GET " + path.formatted(good),
                header.isEmpty() ? "" : header.formatted(good) + "\r\n");
        assertEquals(401, reply.status());
        assertEquals("Bearer realm=\"structured-service\"", reply.header("WWW-Authenticate"));
        assertEquals(List.of(), calls);
    }

    @Test
    void second_token_makes_both_bad() throws Exception {
        String good = "Authorization: Bearer " + token("{\"alg\":\"RS256\"}", "{…}", "RS256 rsa") + "\r\n";
        assertEquals(401, served.ask("GET /mine", good + good).status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {…}                             | 403
            {…,"scope":""}                  | 403
            {…,"scope":"write"}             | 403
            {…,"scope":"READ"}              | 403
            {…,"scope":"reads"}             | 403
            {…,"scope":"read,write"}        | 403
            {…,"scope":["read write"]}      | 403
            {…,"scope":{"read":true}}       | 403
            {…,"scp":7}                     | 403
            {…,"scope":"write read"}        | 200
            {…,"scp":["read"]}              | 200
            """)
    void scope_that_is_missing_is_named(String claims, int status) throws Exception {
        RawClient.Reply reply = ask("/scoped", token("{\"alg\":\"RS256\"}", claims, "RS256 rsa"));
        assertEquals(status, reply.status(), reply.body());
        String challenge = "Bearer realm=\"structured-service\", error=\"insufficient_scope\", "
                + "scope=\"read\"";
        if (status == 403) assertEquals(challenge, reply.header("WWW-Authenticate"));
    }
}
