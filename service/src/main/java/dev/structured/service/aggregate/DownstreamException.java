package dev.structured.service.aggregate;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A downstream gave no reply that can be used.
public final class DownstreamException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorType type;
    private final @Nullable Duration retryAfter;

    /// @param type in which way it failed
    /// @param message what happened, for the log; it may name hosts, so it is never shown to a client
    public DownstreamException(ErrorType type, String message, @Nullable Throwable cause) {
        this(type, message, cause, null);
    }

    /// @param type in which way it failed
    /// @param message what happened, for the log; it may name hosts, so it is never shown to a client
    /// @param retryAfter after which time it may be worth asking again; null when that is not known
    public DownstreamException(ErrorType type, String message, @Nullable Throwable cause,
            @Nullable Duration retryAfter) {
        super(message, cause);
        this.type = type;
        this.retryAfter = retryAfter;
    }

    /// Returns in which way the call failed.
    public ErrorType type() {
        return type;
    }

    /// Returns after which time it may be worth asking again; null when that is not known.
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
