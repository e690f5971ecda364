package dev.structured.core;

import java.io.Serial;

/// Thrown to code that posts to a run that has ended, or that is ending and no longer accepts posts.
public final class RunFinishedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    RunFinishedException(String run) {
        super("Run '" + run + "' has ended: it accepts nothing more from outside");
    }
}
