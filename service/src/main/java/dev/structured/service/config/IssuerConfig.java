package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.List;

/// An issuer of tokens (JWT, RFC 7519) whose bearers may ask.
///
/// @param name its name in the file
/// @param issuer what its tokens have as `iss`
/// @param audience the names of this service, of which a token must have one in `aud`
/// @param downstream the downstream that has its keys
/// @param path the path of the keys, a JSON Web Key Set (RFC 7517)
/// @param algorithms the signatures that are accepted
/// @param clockSkew how much its clock and ours may differ
/// @param refreshAfter the age at which keys are asked for again, while the old ones are used
public record IssuerConfig(
        String name,
        @Key(fix = "add e.g. 'issuer: https://id.example', what its tokens have as iss", says = "What its tokens have as iss, character by character.") String issuer,
        @Key(fix = "add e.g. 'audience: [shop]', what its tokens for this service have as aud", min = "1", max = "20", single = true, each = "name", says = "The names of this service, of which a token must have one in aud.") List<String> audience,
        @Key(name = "from", fix = "add 'from: NAME', the downstream that has its keys", says = "The downstream that has its keys.") String downstream,
        @Key(fix = "add e.g. 'path: /.well-known/jwks.json', where its keys are", says = "The path of its keys, a JSON Web Key Set.") PathTemplate path,
        @Key(preset = "RS256, PS256, ES256", min = "1", max = "11", each = "algorithm", says = "The signatures that are accepted; only those of a key pair.") List<SignatureAlgorithm> algorithms,
        @Key(preset = "30s", min = "0ms", max = "5min", says = "How much its clock and ours may differ.") Duration clockSkew,
        @Key(preset = "5min", min = "30s", max = "30min", says = "The age at which its keys are asked for again, while the old ones are used.") Duration refreshAfter) {

    public IssuerConfig {
        audience = List.copyOf(audience);
        algorithms = List.copyOf(algorithms);
    }
}
