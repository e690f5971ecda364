package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// The HTTP methods that routes answer and parts ask with.
public enum Method implements Labelled {
    /// Reads. Idempotent.
    GET(true, false),
    /// Does something; not idempotent unless it has a key.
    POST(false, true),
    /// Puts something in a place. Idempotent.
    PUT(true, true),
    /// Changes something; not idempotent unless it has a key.
    PATCH(false, true),
    /// Removes something. Idempotent.
    DELETE(true, false);

    /// How methods are written.
    public static final ChoiceType<Method> TYPE = ChoiceType.of(Method.class, Method::name);

    private final boolean idempotent;
    private final boolean body;

    Method(boolean idempotent, boolean body) {
        this.idempotent = idempotent;
        this.body = body;
    }

    /// Returns true when doing it twice is doing it once (RFC 9110, 9.2.2).
    public boolean isIdempotent() {
        return idempotent;
    }

    /// Returns true when a request of it may have a body.
    public boolean mayHaveBody() {
        return body;
    }
}
