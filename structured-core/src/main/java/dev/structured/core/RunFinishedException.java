package dev.structured.core;

import java.io.Serial;

/// Something was to be done in a run that has ended, or is so near its end that it accepts nothing more.
public final class RunFinishedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    RunFinishedException(String run) {
        super("Run '" + run + "' has ended: it accepts nothing more from outside");
    }
}
