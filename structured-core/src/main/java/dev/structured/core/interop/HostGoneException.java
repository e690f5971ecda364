package dev.structured.core.interop;

import java.io.Serial;

/// Thrown to a worker thread that wants to run code in its task, if the task no longer waits for the worker.
public final class HostGoneException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    HostGoneException(String work) {
        super("The task of " + work
                + " was cancelled and has left (OnCancel.ABANDON), so no code can run in it."
                + " Work that is abandoned can only come to its end.");
    }
}
