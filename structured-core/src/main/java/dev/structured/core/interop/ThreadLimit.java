package dev.structured.core.interop;

import dev.structured.core.sync.CapacityLimiter;

/// How many threads [Workers] may keep busy at once. Each piece of work has a permit, from before its thread
/// starts until the thread has done with it, also if no task waits for it by then.
public interface ThreadLimit {
    /// Takes a permit, waiting for it if need be. **Checkpoint.** Called by the task.
    ///
    /// @param work whose permit it is: an object of its own for each piece of work, which says in words what
    ///     it is
    void acquire(Object work);

    /// Gives the permit back. Called on the worker thread, or by the task if there was no thread to be had.
    /// An exception of this method replaces the work's result; the work's own error is then suppressed in it.
    ///
    /// @param work whose permit it is
    void release(Object work);

    /// Returns the number of tasks that wait for a permit; zero if it is not known. **Thread-safe.**
    default int waiting() {
        return 0;
    }

    /// Returns a limit by which each piece of work has a token of the limiter: other borrowers share
    /// the threads, and their number can be changed at any time.
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
