package dev.structured.core.interop;

import java.io.Serial;

/// A worker thread wanted something done in the task that it works for, and that task waits for it no longer.
public final class HostGoneException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    HostGoneException(String work) {
        super("The task of " + work
                + " was cancelled and has left (OnCancel.ABANDON), so nothing can be run in it."
                + " Work that is abandoned can only come to its end.");
    }
}
