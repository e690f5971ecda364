package dev.structured.core;

import java.util.Collection;

/// What starts tasks inside a scope, so that they are found from there: a nursery, or a `start` under way.
interface ChildSource {
    /// Adds the tasks that are in it now. **Thread-safe.**
    void addChildrenTo(Collection<Task<?>> tasks);
}
