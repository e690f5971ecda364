package dev.structured.core;

/// Observes a scheduler. Every method does nothing unless overridden; called on the thread where it happens, must not block.
public interface Instrument {
    /// A task was started (the adopted root of a run as well).
    default void taskStarted(Task<?> task) {}

    /// A task ended.
    default void taskEnded(Task<?> task) {}

    /// A scope was cancelled.
    default void scopeCancelled(CancelScope scope, CancelReason reason) {}
}
