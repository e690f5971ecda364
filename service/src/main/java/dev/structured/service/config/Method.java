package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;
import java.util.Set;

/// The HTTP methods of routes and calls.
public enum Method implements Labelled {
    /// Reads. Idempotent.
    GET(true, false),
    /// Makes a change; idempotent only with an idempotency key.
    POST(false, true),
    /// Stores a thing at its place. Idempotent.
    PUT(true, true),
    /// Changes a thing; idempotent only with an idempotency key.
    PATCH(false, true),
    /// Removes a thing. Idempotent.
    DELETE(true, false);

    /// The type of methods.
    public static final ChoiceType<Method> TYPE = ChoiceType.of(Method.class, Method::name);

    /// The methods that HTTP defines.
    private static final Set<String> DEFINED = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT",
            "OPTIONS", "TRACE", "PATCH", "QUERY");

    private final boolean idempotent;
    private final boolean body;

    Method(boolean idempotent, boolean body) {
        this.idempotent = idempotent;
        this.body = body;
    }

    /// Returns a method as metrics and logs name it: `_OTHER` for one that HTTP does not define, since
    /// clients can send any word.
    ///
    /// @param sent as it was sent
    public static String metricName(String sent) {
        return DEFINED.contains(sent) ? sent : "_OTHER";
    }

    /// Returns true if sending a request twice has the effect of sending it once (RFC 9110, 9.2.2).
    public boolean isIdempotent() {
        return idempotent;
    }

    /// Returns true if its requests may have a body.
    public boolean mayHaveBody() {
        return body;
    }

    /// Returns true if a method is one of these whose requests may have a body.
    ///
    /// @param sent as it was sent
    public static boolean mayHaveBody(String sent) {
        for (Method each : values()) {
            if (each.name().equals(sent)) return each.body;
        }
        return false;
    }
}
