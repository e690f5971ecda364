package dev.structured.core;

/// Code without a value that runs in a scope, a run or a task.
///
/// @param <X> what the code may throw; inferred as [RuntimeException] when it throws nothing checked
@FunctionalInterface
public interface Body<X extends Exception> {
    /// Runs the code on the caller's thread.
    void run() throws X;
}
