package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Lets a task that was started with [Nursery#start] say that it is ready.
///
/// @param <V> the type of the value that it hands to the waiting task
public interface TaskStatus<V extends @Nullable Object> {
    /// Says that the task is ready: `start` returns the value, and the task goes on in the nursery. **Not a
    /// checkpoint. Wakes** the caller of `start`.
    ///
    /// If the caller of `start` has been cancelled by then, the task stays under the caller, and that
    /// cancellation stops it.
    ///
    /// @throws IllegalStateException if this was called before, or the task has ended
    void started(V value);

    /// Says that the task is ready, where there is no value to hand over: `start` returns null.
    ///
    /// @throws IllegalStateException if this was called before, or the task has ended
    @SuppressWarnings("NullAway") // for a TaskStatus of Void, or of whatever may be null
    default void started() {
        started(null);
    }
}
