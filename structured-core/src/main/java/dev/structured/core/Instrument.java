package dev.structured.core;

/// Observes the tasks of a scheduler. Every method does nothing unless overridden.
///
/// Called on the thread on which the thing happens, so it must be quick and must not block. An instrument
/// that throws is logged (logger `dev.structured.core.Instrument`) and not called again.
public interface Instrument {
    /// A task began to run; the root of a run too.
    default void taskStarted(Task<?> task) {}

    /// A task ended; [Task#state()] says how.
    default void taskEnded(Task<?> task) {}

    /// A scope with running code was cancelled, by its own [CancelScope#cancel()], deadline, or nursery.
    default void scopeCancelled(CancelScope scope, CancelReason reason) {}

    /// A task has been cancelled and goes on: in foreign code that heeds no interrupt, in a loop without a
    /// checkpoint, or in one that catches every [Cancelled]. Told again after ever longer pauses;
    /// [Task#stackTrace()] says where it is. Also logged, once a task, when that has lasted for a second.
    ///
    /// @param nanos for how long, in nanoseconds
    default void taskStuck(Task<?> task, long nanos) {}

    /// Code that was cancelled has caught its [Cancelled] and come to its end as if nothing had happened.
    /// Called where that end is, so the stack of the call says whose code it is; with `dev.structured.debug`
    /// the exception says where it was thrown.
    default void cancellationSwallowed(Task<?> task, Cancelled cancelled) {}

    /// An error comes out nowhere, because a [Cancelled] that has come to its end had suppressed it: thrown
    /// by a `close` while cancelled code was being left, say, or by a [Cleanup] before a checkpoint threw
    /// again. It is logged, too.
    default void errorDropped(Task<?> task, Throwable error) {}
}
