package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// A function of two values.
///
/// @param <A> the first value
/// @param <B> the second value
/// @param <R> the result
/// @param <X> the exceptions that it throws
@FunctionalInterface
public interface Merger<A extends @Nullable Object, B extends @Nullable Object, //
        R extends @Nullable Object, X extends Exception> {
    /// Returns the result for the two values.
    ///
    /// @throws X if it fails
    R merge(A first, B second) throws X;
}
