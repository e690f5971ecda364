package dev.structured.core.interop;

import dev.structured.core.Checkpoints;

/// Turns the interrupt that ended a call of the JDK into the cancellation that caused it.
final class Interrupted {
    private Interrupted() {}

    /// Throws the exception of a checkpoint. For code that has called an interruptible method on a task's own
    /// thread. Never returns normally.
    static RuntimeException in(InterruptedException thrown) {
        Thread.currentThread().interrupt(); // back as it was: the kernel knows whether it is ours
        Checkpoints.checkCancelled();
        Thread.interrupted();
        throw Rethrow.unchecked(thrown);
    }
}
