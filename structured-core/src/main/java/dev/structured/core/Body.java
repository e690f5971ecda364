package dev.structured.core;

/// Code without a value that runs in a scope, a run or a task.
///
/// @param <X> the exceptions that it may throw; inferred as [RuntimeException] if none is checked
@FunctionalInterface
public interface Body<X extends Exception> {
    /// Runs the code on the caller's thread.
    void run() throws X;
}
