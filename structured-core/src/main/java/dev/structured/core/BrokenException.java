package dev.structured.core;

import java.io.Serial;

/// What a task waits for, or wanted to wait for, cannot come any more: whoever had to bring it is gone.
public final class BrokenException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// Made by primitives that find out by themselves; see also [Wait#breakOff].
    ///
    /// @param purpose what is waited for, by its `toString`
    /// @param why in words: who is gone
    public BrokenException(Object purpose, String why) {
        super("Waiting for " + NurseryFailure.words(purpose) + " is in vain: " + why);
    }
}
