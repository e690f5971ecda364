package dev.structured.service.aggregate;

import java.io.Serial;

/// A value is missing, or not valid in the place where a template uses it.
final class UnusableValueException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorType type;

    /// @param detail a description for the client
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
