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

    /// A scope with running code was cancelled itself, and not only a scope around it. The
    /// [source][CancelReason#source()] of the reason says by what.
    default void scopeCancelled(CancelScope scope, CancelReason reason) {}

    /// A task has been told of its cancellation and goes on: in foreign code that ignores interrupts, in a
    /// loop without a checkpoint, or in one that catches every [Cancelled]. Called again after ever longer
    /// pauses; [Task#stackTrace()] shows where the task is. After a second this is also logged, once a task.
    ///
    /// @param nanos for how long, in nanoseconds, since the task was told: by the cancellation, or as it
    ///     began if that was later. Its waits and shielded code do not count
    default void taskStuck(Task<?> task, long nanos) {}

    /// Cancelled code has caught its [Cancelled] and ended as if nothing had happened. Called at that end, so
    /// the stack of the call shows which code it is; with `dev.structured.debug` the exception shows where it
    /// was thrown.
    default void cancellationSwallowed(Task<?> task, Cancelled cancelled) {}

    /// An error is lost, because it was suppressed in a [Cancelled] that has now been absorbed. It was thrown
    /// by a `close` while cancelled code was being left, for example, or by a [Cleanup] before a checkpoint
    /// threw again. Or it was thrown by code that is not the task's own, such as a hook. It is also logged.
    default void errorDropped(Task<?> task, Throwable error) {}

    /// Reports an error that has no other place to go, such as one of a hook: to [#errorDropped] of the
    /// calling task's scheduler, and to the log; to the log alone if the calling thread runs no task. Throws
    /// nothing. For code that builds on this library and calls code that is not its own.
    static void reportDropped(Throwable error) {
        Task<?> task = Task.currentOrNull();
        if (task == null) Instruments.log("An error has no other place to go", error);
        else
            task.scheduler().instruments().errorDropped(task, error);
    }

    /// Keeps an error beside another one: adds it to the suppressed exceptions of that one, once. If that one
    /// takes none, as an error that the JVM throws itself, or has 64 already, the error is
    /// [reported as dropped][#reportDropped]. Throws nothing. For code that builds on this library.
    ///
    /// @param kept the error that goes on
    /// @param other the error that would be lost
    static void suppressOrReport(Throwable kept, Throwable other) {
        if (!Suppressed.add(kept, other, Suppressed.FEW)) reportDropped(other);
    }
}
