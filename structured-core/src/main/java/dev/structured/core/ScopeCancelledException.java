package dev.structured.core;

import java.io.Serial;
import java.util.concurrent.CancellationException;

/// Thrown where a value was expected of a scope that was cancelled, to code that is not cancelled itself.
///
/// This is the ordinary, catchable face of a finished cancellation; [Cancelled] is the one still under way.
public final class ScopeCancelledException extends CancellationException {
    @Serial
    private static final long serialVersionUID = 1;

    private final CancelReason reason;

    ScopeCancelledException(CancelReason reason) {
        super("Scope '" + reason.scope() + "' was cancelled: " + reason);
        this.reason = reason;
    }

    /// Returns the reason why the scope was cancelled.
    public CancelReason reason() {
        return reason;
    }
}
