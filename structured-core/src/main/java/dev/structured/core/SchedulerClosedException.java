package dev.structured.core;

import java.io.Serial;

/// Thrown when a run cannot start because its scheduler is closed or closing. No code of the run has been
/// executed.
public final class SchedulerClosedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    SchedulerClosedException(String run) {
        super("Run '" + run + "' cannot start: the scheduler is closed");
    }
}
