package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyConverter;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.StrictJson;
import dev.structured.service.config.IssuerConfig;
import dev.structured.service.config.SignatureAlgorithm;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads and verifies the tokens of one issuer (JWT, RFC 7519, as RFC 8725 advises).
///
/// The file decides which signatures are accepted, never the token. Only signatures of key pairs are allowed,
/// so a token without a signature, or one that was signed with a public key as if it were a secret, is never
/// accepted.
final class Tokens {
    /// The compact form (RFC 7515, 3.1), in the letters of base64url without padding. Base64 decoders skip
    /// other characters, so one token could be written in many ways.
    private static final Pattern COMPACT = Pattern
            .compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");
    /// RFC 7518, 3.3.
    private static final int LEAST_RSA_BITS = 2048;
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private final IssuerConfig issuer;
    private final IssuerKeys keys;
    private final Set<String> algorithms;
    private final DefaultJWTClaimsVerifier<?> claims;
    /// Verifies `exp` and `nbf` alone.
    private final DefaultJWTClaimsVerifier<?> times;

    /// A token that was read but not verified.
    ///
    /// @param header the header as it was sent; Nimbus ignores some of its members
    /// @param claims the claims as Nimbus reads them, for their times
    record Unverified(SignedJWT token, JsonNode header, JWTClaimsSet claims) {}

    /// @param clock the clock that tokens expire by
    Tokens(IssuerKeys keys, InstantSource clock) {
        this.issuer = keys.config();
        this.keys = keys;
        this.algorithms = issuer.algorithms().stream().map(SignatureAlgorithm::name)
                .collect(Collectors.toUnmodifiableSet());
        this.claims = verifier(Set.copyOf(issuer.audience()),
                new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(), clock);
        this.times = verifier(null, new JWTClaimsSet.Builder().build(), clock);
    }

    private DefaultJWTClaimsVerifier<?> verifier(@Nullable Set<String> audience, JWTClaimsSet same,
            InstantSource clock) {
        var verifier = new DefaultJWTClaimsVerifier<>(audience, same, Set.of("exp"), Set.of()) {
            @Override
            protected Date currentTime() {
                return Date.from(clock.instant());
            }
        };
        verifier.setMaxClockSkew((int) issuer.clockSkew().toSeconds());
        return verifier;
    }

    /// Returns the token, whose signature and claims still have to be verified; null if the text is not a
    /// token.
    @Nullable
    static Unverified read(String text) {
        if (!COMPACT.matcher(text).matches()) return null;
        try {
            // Nimbus takes the last of two members with the same name, other readers may take the first.
            JsonNode header = StrictJson.read(Base64URL.from(text.substring(0, text.indexOf('.'))).decode());
            SignedJWT token = SignedJWT.parse(text);
            return new Unverified(token, header, token.getJWTClaimsSet());
        } catch (ParseException | NotJsonException | IllegalArgumentException e) {
            return null;
        }
    }

    /// Returns the tokens of the issuer that an unverified token names; null if it names none of these.
    static @Nullable Tokens of(Unverified token, Collection<Tokens> all) {
        for (Tokens each : all) {
            if (each.issuer.issuer().equals(token.claims().getIssuer())) return each;
        }
        return null;
    }

    /// Returns the issuer's name in the file.
    String name() {
        return issuer.name();
    }

    IssuerKeys keys() {
        return keys;
    }

    Duration clockSkew() {
        return issuer.clockSkew();
    }

    /// Returns true if a token with these times, `exp` and `nbf`, has begun and has not expired.
    boolean areNow(JWTClaimsSet validity) {
        try {
            times.verify(validity, null);
            return true;
        } catch (BadJOSEException e) {
            return false;
        }
    }

    /// Returns true if the token's header is valid for this issuer. It must not ask for an extension
    /// (`crit`), since none is supported, nor for a payload that is not encoded (RFC 7797, 7).
    boolean mayBe(Unverified token) {
        JWSHeader header = token.token().getHeader();
        boolean typed = header.getType() == null
                || TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT));
        boolean plain = !token.header().has("crit") && header.isBase64URLEncodePayload();
        return typed && plain && algorithms.contains(header.getAlgorithm().getName());
    }

    /// Returns the claims of the token; null if its signature or its claims are not valid.
    ///
    /// @param candidates the keys that may have signed it
    @Nullable
    JsonNode verified(Unverified token, List<JWK> candidates) {
        if (!isSigned(token.token(), candidates)) return null;
        try {
            claims.verify(token.claims(), null);
            JsonNode all = StrictJson.read(token.token().getPayload().toBytes());
            // Nimbus takes the number 7 for the text "7", which may be another subject.
            return all.path("sub").isMissingNode() || all.path("sub").isTextual() ? all : null;
        } catch (BadJOSEException | NotJsonException e) {
            return null;
        }
    }

    /// Returns true if one of the keys has made the signature.
    static boolean isSigned(SignedJWT token, List<JWK> candidates) {
        for (JWK candidate : candidates) {
            if (Ed25519Signature.isBy(candidate, token)) return true;
        }
        for (Key key : KeyConverter.toJavaKeys(candidates)) {
            if (!(key instanceof PublicKey) || isShort(key)) continue;
            try {
                if (token.verify(new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), key)))
                    return true;
            } catch (JOSEException | IllegalStateException e) {
                // A key of another kind, or a curve that does not fit, so this key did not sign it.
            }
        }
        return false;
    }

    private static boolean isShort(Key key) {
        return key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS;
    }
}
