package dev.structured.core;

import java.io.Serial;
import java.time.Duration;

/// Thrown when the deadline of a [Timeouts#failAfter] or [Timeouts#failAt] block passed and cut the block
/// short. Also the failure of a nursery whose resource took longer to close than its
/// [limit][Nursery#use(String, AutoCloseable, Duration)] allows.
///
/// Not a kind of [Cancelled]: the cancellation is over when this is thrown.
public final class TooSlowException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final String scope;
    private final Duration allowed;
    private final Duration spent;

    TooSlowException(String scope, Duration allowed, Duration spent) {
        super("Scope '" + scope + "' was too slow: it had " + Words.of(allowed) + " and was stopped after "
                + Words.of(spent));
        this.scope = scope;
        this.allowed = allowed;
        this.spent = spent;
    }

    /// Returns the name of the scope whose deadline passed.
    public String scope() {
        return scope;
    }

    /// Returns the time from the scope's entry to its deadline.
    public Duration allowed() {
        return allowed;
    }

    /// Returns the time from the scope's entry to its end.
    public Duration spent() {
        return spent;
    }
}
