package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Code without a value that is given one thing to work with: a nursery, a channel, a line of a file.
///
/// @param <A> the argument
/// @param <X> the exceptions that it may throw; inferred as [RuntimeException] if none is checked
@FunctionalInterface
public interface Action<A extends @Nullable Object, X extends Exception> {
    /// Runs the code with the given argument.
    void accept(A argument) throws X;
}
