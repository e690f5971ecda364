package dev.structured.core;

import java.util.Objects;

/// A way into a run for threads that run none of its tasks: callbacks of other libraries, timers, signal
/// handlers.
///
/// Any thread may cancel a scope or unpark a lot directly. It needs an entry to start tasks, to have code run
/// in the order of the calls, and to tell the search for deadlocks that another thread may still wake a task.
///
/// ```java
/// try (RunEntry entry = RunEntry.open()) {               // in a task
///     client.onMessage(message -> entry.post(() -> inbox.add(message)));   // called on any thread
///     Checkpoints.sleepForever();
/// }
/// ```
///
/// Posted code runs in a [system task][SystemTasks] of the run, in the order of the posts. It must not block
/// for long, since the posts behind it wait, and it may start tasks in any nursery of the run. If it throws,
/// the run is cancelled and throws a [RunCrashedException] with that cause. The number of posts is not
/// bounded, so code that posts without end needs a bound of its own. **Thread-safe.**
public final class RunEntry implements AutoCloseable {
    private final EntryQueue queue;
    private final EntryQueue.Handle handle;

    private RunEntry(EntryQueue queue) {
        this.queue = queue;
        this.handle = queue.open();
    }

    /// Returns an entry to the calling task's run. While it is open, another thread may still wake the run,
    /// so it is no deadlock if all tasks wait.
    ///
    /// @throws IllegalStateException if the calling thread runs no task, or the run is ending
    public static RunEntry open() {
        StackRoom.require();
        return new RunEntry(Task.current("RunEntry.open").run().queue());
    }

    /// Has the code run in the run, soon. **Not a checkpoint.**
    ///
    /// @throws RunFinishedException if the run has ended or accepts no more posts
    /// @throws IllegalStateException if this entry is closed
    public void post(Runnable code) {
        Objects.requireNonNull(code, "code");
        StackRoom.require();
        queue.post(handle, null, code);
    }

    /// Has the code run in the run, soon, unless code with an equal key has been posted and has not begun
    /// yet.
    ///
    /// @param key with `equals` and `hashCode`
    /// @return false if there was such code
    /// @throws RunFinishedException if the run has ended or accepts no more posts
    /// @throws IllegalStateException if this entry is closed
    public boolean postOnce(Object key, Runnable code) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(code, "code");
        StackRoom.require();
        return queue.post(handle, key, code);
    }

    /// Returns the number of posts that have not begun yet, those of other entries to the same run included.
    public int waiting() {
        return queue.size();
    }

    /// Closes this entry. Code that was posted by it still runs.
    @Override
    public void close() {
        queue.close(handle);
    }
}
