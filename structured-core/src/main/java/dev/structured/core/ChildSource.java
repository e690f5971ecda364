package dev.structured.core;

import java.util.Collection;

/// Starts tasks inside a scope, and is asked for them by walks that come down to the scope: a nursery, or a
/// `start` under way.
///
/// @param <T> a task
interface ChildSource<T> {
    /// Adds the tasks that are in it now. **Thread-safe.**
    void addChildrenTo(Collection<T> tasks);

    /// Drops the late starts that are pending in it, if its scope is cancelled. **Thread-safe.**
    default void dropLateStarts() {}
}
