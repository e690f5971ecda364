package dev.structured.core.channel;

import java.io.Serial;

/// Thrown by an operation on a handle that is closed: by the calling task before, or by another task during
/// the wait.
public final class ChannelClosedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ChannelClosedException(String message) {
        super(message);
    }
}
