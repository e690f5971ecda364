package dev.structured.core.channel;

import java.io.Serial;

/// The handle that was used has been closed on this side: by the task itself, or by another one while it
/// waited.
public final class ChannelClosedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ChannelClosedException(String message) {
        super(message);
    }
}
