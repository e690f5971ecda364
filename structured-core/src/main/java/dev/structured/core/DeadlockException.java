package dev.structured.core;

import java.io.Serial;

/// A run was stopped because no task of its scheduler could ever go on: each waited for another, no deadline
/// was set, and no [RunEntry] was open. The message has the task tree at that moment.
///
/// Thrown only by schedulers built with [Scheduler.Builder#detectDeadlocks].
public final class DeadlockException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    DeadlockException(String run, String tree) {
        super("Run '" + run
                + "' is in a deadlock: every task waits, and nothing is left that could wake one.\n" + tree);
    }
}
