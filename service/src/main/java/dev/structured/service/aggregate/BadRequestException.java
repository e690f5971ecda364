package dev.structured.service.aggregate;

import java.io.Serial;

/// A client's request breaks a rule of its route. No downstream was called.
public final class BadRequestException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status the answer's status: 400, or 422 for a body that is JSON but breaks a rule
    /// @param message the mistake and the rule, for the client
    public BadRequestException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /// Returns the answer's status.
    public int status() {
        return status;
    }
}
