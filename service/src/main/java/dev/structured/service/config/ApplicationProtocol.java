package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// The version of HTTP that a downstream is called by, with the names of ALPN (RFC 7301) and RFC 7540.
public enum ApplicationProtocol {
    /// HTTP/2 where TLS agrees on it, HTTP/1.1 otherwise.
    AUTO("auto"),
    /// HTTP/1.1, with TLS or without.
    HTTP_1_1("http/1.1"),
    /// HTTP/2 over TLS, and nothing else.
    H2("h2"),
    /// HTTP/2 without TLS, from the first byte.
    H2C("h2c");

    /// How the versions are written.
    public static final ChoiceType<ApplicationProtocol> TYPE = ChoiceType.of(ApplicationProtocol.class,
            ApplicationProtocol::token);

    private final String token;

    ApplicationProtocol(String token) {
        this.token = token;
    }

    /// Returns the name of the version.
    public String token() {
        return token;
    }
}
