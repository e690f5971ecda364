package dev.structured.service.aggregate;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A downstream gave no usable reply.
public final class DownstreamException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorType type;
    private final @Nullable Duration retryAfter;

    /// @param type the kind of failure
    /// @param message a description for the log; may name hosts, so it is never shown to a client
    public DownstreamException(ErrorType type, String message, @Nullable Throwable cause) {
        this(type, message, cause, null);
    }

    /// @param type the kind of failure
    /// @param message a description for the log; may name hosts, so it is never shown to a client
    /// @param retryAfter the time after which a retry may succeed; null if it is not known
    public DownstreamException(ErrorType type, String message, @Nullable Throwable cause,
            @Nullable Duration retryAfter) {
        super(message, cause);
        this.type = type;
        this.retryAfter = retryAfter;
    }

    /// Returns the kind of failure.
    public ErrorType type() {
        return type;
    }

    /// Returns the time after which a retry may succeed; null if it is not known.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
