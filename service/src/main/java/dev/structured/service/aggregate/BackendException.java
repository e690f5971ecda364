package dev.structured.service.aggregate;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A downstream gave no reply that can be used.
public final class BackendException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorType type;

    /// @param type in which way it failed
    /// @param message what happened, for the log; it may name hosts, so it is never shown to a client
    public BackendException(ErrorType type, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
    }

    /// Returns in which way the call failed.
    public ErrorType type() {
        return type;
    }
}
