package dev.structured.service.client;

import java.io.Serial;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The places for streams of one connection, as many as the downstream allows; first come first served. None
/// before it has said how many.
final class StreamPlaces extends Semaphore {
    @Serial
    private static final long serialVersionUID = 1;

    /// The limit if the downstream names none.
    private static final int UNLIMITED = 1 << 20;

    private int allowed;

    StreamPlaces() {
        super(0, true);
    }

    /// Sets the number of places. It may be lower than that of the places that are taken.
    ///
    /// @param most the number that the downstream allows, negative if it is no integer; null if it named none
    synchronized void allow(@Nullable Integer most) {
        int now = most == null || most < 0 ? UNLIMITED : Math.min(most, UNLIMITED);
        if (now > allowed) release(now - allowed);
        else
            reducePermits(allowed - now);
        allowed = now;
    }
}
