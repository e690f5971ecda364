package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// The signatures of tokens that can be accepted (RFC 7518, 3.1, RFC 8037): those of a key pair. `EdDSA` is
/// that of Ed25519, which RFC 9864 calls by this name. `none` is not among
/// them, nor `HS256` and its like, whose key every reader of a token could forge with.
public enum SignatureAlgorithm {
    RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519;

    /// How algorithms are written.
    public static final ChoiceType<SignatureAlgorithm> TYPE = ChoiceType.of(SignatureAlgorithm.class,
            SignatureAlgorithm::name);
}
