package dev.structured.core;

import java.io.Serial;

/// What a task waits for, or wanted to wait for, cannot come any more: whoever had to bring it is gone.
public final class BrokenException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    BrokenException(Object purpose, String why) {
        super("Waiting for " + NurseryFailure.words(purpose) + " is in vain: " + why);
    }
}
