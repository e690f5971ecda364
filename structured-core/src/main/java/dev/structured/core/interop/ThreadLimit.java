package dev.structured.core.interop;

import dev.structured.core.sync.CapacityLimiter;

/// Limits the number of threads that [Workers] may keep busy at once. Each piece of work has a permit, from
/// before its thread starts until the thread has finished it, even if no task waits for it by then.
public interface ThreadLimit {
    /// Takes a permit, waiting for it if need be. **Checkpoint.** Called by the task.
    ///
    /// @param work the work that the permit is for: a distinct object for each piece of work, with a
    ///     describing `toString`
    void acquire(Object work);

    /// Gives the permit back. Called on the worker thread, or by the task if no thread could be started.
    /// An exception of this method replaces the work's result; the work's own error is then suppressed in it.
    ///
    /// @param work the work that the permit is for
    void release(Object work);

    /// Returns the number of tasks that wait for a permit; zero if that is not known. **Thread-safe.**
    default int waiting() {
        return 0;
    }

    /// Returns a limit that gives each piece of work a token of the limiter. Other borrowers share these
    /// tokens, and their number can be changed at any time.
    static ThreadLimit of(CapacityLimiter limiter) {
        return new ThreadLimit() {
            @Override
            public void acquire(Object work) {
                limiter.acquireOnBehalfOf(work);
            }

            @Override
            public void release(Object work) {
                limiter.releaseOnBehalfOf(work);
            }

            @Override
            public int waiting() {
                return limiter.statistics().waiting();
            }
        };
    }
}
