package dev.structured.core.channel;

import java.io.Serial;

/// Thrown when every sending handle of the channel has been closed and every item received: the regular end
/// of the items. A channel that ends because a sending side has failed throws a
/// [dev.structured.core.BrokenException] in its place.
public final class EndOfChannelException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    EndOfChannelException(String message) {
        super(message);
    }
}
