package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSHeader;
import dev.structured.service.config.AccessConfig;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges the token of a request (RFC 6750).
record BearerAccess(Issuers issuers) {
    private static final String SCHEME = "bearer ";
    private static final String REALM = "Bearer realm=\"structured-service\"";

    /// The results of judging a request's token.
    sealed interface Result {
        /// The token is valid, and allows the request.
        ///
        /// @param issuer the name of its issuer
        record Good(String issuer, JsonNode claims) implements Result {}

        /// The request is refused.
        ///
        /// @param challenge the value of `WWW-Authenticate`; null without one
        record Refused(ProblemDetails problem, @Nullable String challenge) implements Result {}
    }

    /// Returns the token of a request; null if it has none. Two tokens count as an invalid one.
    static @Nullable String token(Headers headers) {
        List<String> values = headers.values("Authorization");
        if (values.size() != 1) return values.isEmpty() ? null : "";
        String value = values.getFirst().strip();
        boolean bearer = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? value.substring(SCHEME.length()).strip() : null;
    }

    /// Returns the challenge of a request without a token.
    static String challenge() {
        return REALM;
    }

    /// Judges a token. May wait for the keys of its issuer.
    Result judge(String text, AccessConfig access, Client client) {
        Collection<Tokens> accepted = issuers.named(access.issuers());
        ByteBuffer digest = VerifiedTokens.digest(text);
        VerifiedTokens.Verified known = issuers.verified().find(digest);
        if (known != null && known.isGood(accepted))
            return allowed(known.tokens().name(), known.json(), access);
        Tokens.Unverified token = Tokens.read(text);
        if (token == null) return invalid();
        Tokens tokens = Tokens.of(token, accepted);
        if (tokens == null || !tokens.mayBe(token)) return invalid();
        IssuerKeys.Candidates candidates = keys(tokens, token.token().getHeader(), client);
        if (candidates == null) return new Result.Refused(EdgeProblems.issuerUnavailable(), null);
        JsonNode claims = tokens.verified(token, candidates.keys());
        if (claims == null) return invalid();
        issuers.verified().keep(digest, token, tokens, candidates.all());
        return allowed(tokens.name(), claims, access);
    }

    private static IssuerKeys.@Nullable Candidates keys(Tokens tokens, JWSHeader header, Client client) {
        IssuerKeys.Candidates known = tokens.keys().ifKnown(header);
        return known != null ? known : client.call("keys of an issuer", () -> tokens.keys().await(header));
    }

    private static Result invalid() {
        return new Result.Refused(EdgeProblems.invalidToken(), REALM
                + ", error=\"invalid_token\", error_description=\"The token is malformed, expired, not for"
                + " this service, or not of an accepted issuer\"");
    }

    private static Result allowed(String issuer, JsonNode claims, AccessConfig access) {
        Result refused = refused(claims, access);
        return refused == null ? new Result.Good(issuer, claims) : refused;
    }

    private static @Nullable Result refused(JsonNode claims, AccessConfig access) {
        if (!scopes(claims).containsAll(access.scopes())) {
            return new Result.Refused(EdgeProblems.insufficientScope(),
                    REALM + ", error=\"insufficient_scope\", scope=\""
                            + String.join(" ", access.scopes()) + "\"");
        }
        for (Map.Entry<String, String> wanted : access.claims().entrySet()) {
            if (!has(claims.path(wanted.getKey()), wanted.getValue())) {
                return new Result.Refused(EdgeProblems.missingClaim(),
                        REALM + ", error=\"insufficient_scope\"");
            }
        }
        return null;
    }

    /// Returns the scopes of a token: `scope` as text (RFC 9068), or `scp` as a list or text, as some issuers
    /// have it.
    private static Set<String> scopes(JsonNode claims) {
        Set<String> scopes = new HashSet<>();
        for (String claim : List.of("scope", "scp")) {
            JsonNode value = claims.path(claim);
            if (value.isTextual()) scopes.addAll(List.of(value.asText().split(" ", -1)));
            value.forEach(each -> {
                if (each.isTextual()) scopes.add(each.asText());
            });
        }
        return scopes;
    }

    private static boolean has(JsonNode value, String wanted) {
        if (!value.isArray()) return value.isValueNode() && !value.isNull() && value.asText().equals(wanted);
        for (JsonNode each : value) {
            if (each.isValueNode() && each.asText().equals(wanted)) return true;
        }
        return false;
    }
}
