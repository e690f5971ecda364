package dev.structured.service.config;

import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who may ask for the pages of a route: one of the clients, or the bearer of a token of one of the issuers.
///
/// @param clients the names of the clients that may, each by its key
/// @param issuers the names of the issuers whose tokens are accepted
/// @param scopes the scopes that a token must have, all of them
/// @param claims the claims that a token must have, with their values
public record AccessConfig(
        @Key(max = "1000", each = "client", says = "The clients that may ask, each by one of its keys.") List<String> clients,
        @Key(max = "20", each = "issuer", says = "The issuers whose tokens are accepted.") List<String> issuers,
        @Key(max = "20", each = "scope", type = Scope.class, says = "The scopes that a token must have, all of them.") List<String> scopes,
        @Key(max = "20", each = "claim", names = AnyScalar.class, says = "The claims that a token must have, with their values: the text itself, or a list with it.") Map<String, String> claims) {

    public AccessConfig {
        clients = List.copyOf(clients);
        issuers = List.copyOf(issuers);
        scopes = List.copyOf(scopes);
        claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    }
}
