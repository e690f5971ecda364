package dev.structured.core;

/// Tasks that live as long as their run, beside its root: a poller, a flusher, a heartbeat.
///
/// They are cancelled, with the reason *shutdown*, when the root's code has ended; the run waits for their
/// cleanup. When the scheduler is [asked to stop][Scheduler#requestStop], so are they:
/// [Checkpoints#isStopRequested()] says so, and their [idle][CancelScope#asIdle()] scopes are cancelled;
/// but the end of the grace is the root's alone. They begin with the initial values of every [TaskLocal], and
/// no scope of their starter is around them. One that fails cancels the run, which then throws a
/// [RunCrashedException].
public final class SystemTasks {
    private SystemTasks() {}

    /// Starts a task beside the root of the calling task's run. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task, or the root's code has ended
    public static void startSoon(String name, Body<?> body) {
        Task.current("SystemTasks.startSoon").run().system().startSystem(name, body);
    }
}
