package dev.structured.core;

/// Observes the tasks of a scheduler. Every method does nothing unless overridden.
///
/// Methods are called on the thread on which the event happens, so they must be quick and must not block. An
/// instrument that throws is logged (logger `dev.structured.core.Instrument`) and not called again.
public interface Instrument {
    /// A task began to run; the root of a run too.
    default void taskStarted(Task<?> task) {}

    /// A task ended; [Task#state()] says how.
    default void taskEnded(Task<?> task) {}

    /// A scope with running code was cancelled, by its own [CancelScope#cancel()], deadline, or nursery.
    default void scopeCancelled(CancelScope scope, CancelReason reason) {}

    /// A task has been cancelled and goes on: in foreign code that ignores interrupts, in a loop without a
    /// checkpoint, or in one that catches every [Cancelled]. Called again after ever longer pauses;
    /// [Task#stackTrace()] shows where the task is. After a second this is also logged, once a task.
    ///
    /// @param nanos for how long, in nanoseconds
    default void taskStuck(Task<?> task, long nanos) {}

    /// Cancelled code has caught its [Cancelled] and ended as if nothing had happened. Called at that end, so
    /// the stack of the call shows which code it is; with `dev.structured.debug` the exception shows where it
    /// was thrown.
    default void cancellationSwallowed(Task<?> task, Cancelled cancelled) {}

    /// An error is lost, because it was suppressed in a [Cancelled] that has now been absorbed. It was thrown
    /// by a `close` while cancelled code was being left, for example, or by a [Cleanup] before a checkpoint
    /// threw again. It is also logged.
    default void errorDropped(Task<?> task, Throwable error) {}
}
