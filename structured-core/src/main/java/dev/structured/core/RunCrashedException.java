package dev.structured.core;

import java.io.Serial;

/// A run had to stop because something in it failed that nobody waits for: a [system task][SystemTasks] or a
/// [post][RunEntry]. The cause is what it threw; the exception of the root's own code, if any, is suppressed.
public final class RunCrashedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    RunCrashedException(String run, Throwable cause) {
        super("Run '" + run + "' was stopped, because a task beside its root failed: "
                + Words.of(cause), cause);
    }
}
