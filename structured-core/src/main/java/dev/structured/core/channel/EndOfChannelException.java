package dev.structured.core.channel;

import java.io.Serial;

/// Every sending handle of the channel has been closed and every item received: the regular end of its values.
public final class EndOfChannelException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    EndOfChannelException(String message) {
        super(message);
    }
}
