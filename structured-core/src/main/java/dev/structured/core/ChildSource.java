package dev.structured.core;

import java.util.Collection;

/// The source of the tasks that are started inside a scope: a nursery, or a `start` under way. Walks down the
/// tree ask it for these tasks.
///
/// @param <T> a task
interface ChildSource<T> {
    /// Adds the tasks that are in it now. **Thread-safe.**
    void addChildrenTo(Collection<T> tasks);

    /// Drops the late starts that are pending in it, if its scope is cancelled. **Thread-safe.**
    default void dropLateStarts() {}
}
