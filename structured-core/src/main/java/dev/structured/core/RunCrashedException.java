package dev.structured.core;

import java.io.Serial;

/// Thrown by a run that had to stop because a [system task][SystemTasks] or a [post][RunEntry] failed: no
/// task waits for those. The cause is the failure; the exception of the root's own code, if any, is
/// suppressed.
public final class RunCrashedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    RunCrashedException(String run, Throwable cause) {
        super("Run '" + run + "' was stopped, because a task beside its root failed: "
                + Words.of(cause), cause);
    }
}
