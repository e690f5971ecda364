package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

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

    private final boolean idempotent;
    private final boolean body;

    Method(boolean idempotent, boolean body) {
        this.idempotent = idempotent;
        this.body = body;
    }

    /// Returns true if sending a request twice has the effect of sending it once (RFC 9110, 9.2.2).
    public boolean isIdempotent() {
        return idempotent;
    }

    /// Returns true if its requests may have a body.
    public boolean mayHaveBody() {
        return body;
    }
}
