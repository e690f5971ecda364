package dev.structured.service.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.StrictJson;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Remembers which tokens were verified, because a signature costs as much as two pages. Thread-safe; does
/// not block.
///
/// Remembered is what cannot change: that a token is signed by one of its issuer's keys, and that its claims
/// are valid under this configuration. Its times, and whether the issuer still has the same keys, are looked
/// at for every request, and so is what a route asks of the claims. Refused tokens are not remembered, so a
/// flood of bad tokens displaces no good one. The text of a token is not kept either: a dump of the memory
/// holds no token that can be used.
final class VerifiedTokens {
    /// The most bytes that all tokens take: some 10,000 tokens of usual size.
    static final int MOST_BYTES = 8 << 20;
    /// What a token takes beside its claims: key, times, and the cache's own.
    private static final int BESIDE = 400;

    private final Cache<ByteBuffer, Verified> tokens;

    /// @param clock the clock that tokens expire by
    VerifiedTokens(InstantSource clock) {
        this.tokens = Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .weigher((ByteBuffer _, Verified token) -> token.claims.length + BESIDE)
                .expireAfter(Expiry.writing((ByteBuffer _, Verified token) -> token.left(clock)))
                .executor(Runnable::run)
                .build();
    }

    /// A token that was verified.
    ///
    /// @param tokens the tokens of its issuer
    /// @param keys the keys that the issuer had then
    /// @param times its `exp` and `nbf`
    /// @param claims all its claims, as JSON
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Verified(Tokens tokens, JWKSet keys, JWTClaimsSet times, byte[] claims) {
        /// Returns true if verifying it again would have the same result.
        ///
        /// @param accepted the tokens of the issuers that the route accepts
        boolean isGood(Collection<Tokens> accepted) {
            return accepted.contains(tokens) && keys.equals(tokens.keys().inUse()) && tokens.areNow(times);
        }

        private Duration left(InstantSource clock) {
            Duration left = Duration.between(clock.instant(), times.getExpirationTime().toInstant());
            Duration skew = tokens.clockSkew();
            return left.plus(skew).isNegative() ? Duration.ZERO : left.plus(skew);
        }

        /// Returns its claims, which are read anew each time.
        JsonNode json() {
            try {
                return StrictJson.read(claims);
            } catch (NotJsonException e) {
                throw new IllegalStateException("These claims were JSON when the token was verified", e);
            }
        }
    }

    /// Returns what a token is remembered by.
    static ByteBuffer digest(String token) {
        return ByteBuffer.wrap(Sha256.of(UTF_8.encode(token)));
    }

    /// Returns the token with this digest if it was verified, however long ago; otherwise null.
    @Nullable
    Verified find(ByteBuffer digest) {
        return tokens.getIfPresent(digest);
    }

    /// Remembers a token that was verified.
    ///
    /// @param keys the issuer's keys that it was verified with
    void keep(ByteBuffer digest, Tokens.Unverified token, Tokens issuer, JWKSet keys) {
        JWTClaimsSet times = new JWTClaimsSet.Builder()
                .expirationTime(token.claims().getExpirationTime())
                .notBeforeTime(token.claims().getNotBeforeTime())
                .build();
        tokens.put(digest, new Verified(issuer, keys, times, token.token().getPayload().toBytes()));
    }

    /// Returns the number of remembered tokens.
    long size() {
        tokens.cleanUp();
        return tokens.estimatedSize();
    }
}
