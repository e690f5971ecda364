package dev.structured.core;

import java.util.Collection;

/// What starts tasks inside a scope, so that they are found from there: a nursery, or a `start` under way.
interface ChildSource {
    /// Adds the tasks that are in it now. **Thread-safe.**
    void addChildrenTo(Collection<Task<?>> tasks);

    /// Drops the late starts that are pending in it, if its scope is cancelled. **Thread-safe.**
    default void dropLateStarts() {}
}
