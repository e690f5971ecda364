package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Code with a value that is given one thing to work with: a nursery, a process, an item to map.
///
/// @param <A> the argument
/// @param <R> the value
/// @param <X> the exceptions that it may throw; inferred as [RuntimeException] if none is checked
@FunctionalInterface
public interface Fn<A extends @Nullable Object, R extends @Nullable Object, X extends Exception> {
    /// Runs the code with the given argument and returns its value.
    R apply(A argument) throws X;
}
