package dev.structured.service.aggregate;

import java.io.Serial;

/// A value cannot be put in the path or the query of a call.
final class UnusableValueException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorType type;

    /// @param detail a sentence for the client
    UnusableValueException(ErrorType type, String detail) {
        super(detail, null, false, false);
        this.type = type;
    }

    ErrorType type() {
        return type;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
