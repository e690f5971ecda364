package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Code with a value that runs in a scope, a run or a task.
///
/// @param <T> the value
/// @param <X> the exceptions that it may throw; inferred as [RuntimeException] if none is checked
@FunctionalInterface
public interface ValueBody<T extends @Nullable Object, X extends Exception> {
    /// Runs the code on the caller's thread and returns its value.
    T call() throws X;
}
