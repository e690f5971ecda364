package dev.structured.core;

import java.io.Serial;

/// A run cannot start, because its scheduler is closed or closing. None of it has been run.
public final class SchedulerClosedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    SchedulerClosedException(String run) {
        super("Run '" + run + "' cannot start: the scheduler is closed");
    }
}
