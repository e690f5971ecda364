package dev.structured.service.yaml;

import java.io.Serial;

/// A text of the file breaks a rule. Never leaves this room: it becomes a [Problem] at the text's place.
public final class InvalidValueException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int offset;

    /// @param message the problem, as the end of a sentence about the text: "must be …", "has …"
    public InvalidValueException(String message) {
        this(0, message);
    }

    /// @param offset the distance of the mistake from the text's beginning, in chars
    public InvalidValueException(int offset, String message) {
        super(message, null, false, false);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }

    /// Returns the same problem of a longer text, which has this one from `start` on.
    public InvalidValueException within(int start) {
        return new InvalidValueException(start + offset, complaint());
    }

    /// Returns the problem, as the end of a sentence.
    public String complaint() {
        return String.valueOf(getMessage());
    }
}
