package dev.structured.core.interop;

import dev.structured.core.Checkpoints;

/// Turns the end of a call of the JDK by an interrupt into the cancellation that it stands for.
final class Interrupted {
    private Interrupted() {}

    /// Throws what a checkpoint throws. For who has called code that heeds interrupts on a task's own thread.
    /// Never returns normally.
    static RuntimeException in(InterruptedException thrown) {
        Thread.currentThread().interrupt(); // as it was: ours or not, the kernel knows
        Checkpoints.checkCancelled();
        Thread.interrupted();
        throw Rethrow.unchecked(thrown);
    }
}
