package dev.structured.core;

import java.io.Serial;
import java.util.concurrent.CancellationException;

/// Thrown to code that is not cancelled itself and wanted a value from a scope, run or task that was
/// cancelled.
///
/// This is an ordinary exception about a cancellation that is over, and can be caught; a [Cancelled] is still
/// under way.
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
