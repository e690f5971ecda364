package dev.structured.core;

/// Tasks that live beside the root of a run, as long as the run does: a poller, a flusher, a heartbeat.
///
/// They are cancelled, with the reason *shutdown*, when the root's code has ended; the run waits for their
/// cleanup. When the scheduler is [asked to stop][Scheduler#requestStop], [Checkpoints#isStopRequested()] is
/// true in them too, and their [idle][CancelScope#asIdle()] scopes are cancelled; the end of the grace
/// cancels only the root. They begin with the initial values of every [TaskLocal], and outside all scopes of
/// the task that starts them. If one fails, the run is cancelled and throws a [RunCrashedException].
public final class SystemTasks {
    private SystemTasks() {}

    /// Starts a task beside the root of the calling task's run. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task, or the root's code has ended
    public static void startSoon(String name, Body<?> body) {
        Task.current("SystemTasks.startSoon").run().system().startSystem(name, body);
    }
}
