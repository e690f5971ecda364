package dev.structured.core.interop;

import java.io.Serial;
import java.util.Objects;

/// Thrown by [Futures#await] if the future has failed, with the future's exception as the cause.
public final class FutureFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    FutureFailedException(Throwable cause) {
        super("A future has failed: " + cause.getClass().getName(), cause);
    }

    /// Throws the cause if it is of the given type, and this exception if it is not. Never returns: write
    /// `throw failure.rethrow(IOException.class)`.
    ///
    /// @throws X the cause
    public <X extends Throwable> FutureFailedException rethrow(Class<X> type) throws X {
        Throwable cause = Objects.requireNonNull(getCause());
        if (type.isInstance(cause)) throw type.cast(cause);
        throw this;
    }
}
