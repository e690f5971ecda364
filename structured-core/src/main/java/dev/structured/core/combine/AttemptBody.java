package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Code that is attempted several times, or in several ways.
///
/// @param <T> the value
/// @param <X> what the code may throw
@FunctionalInterface
public interface AttemptBody<T extends @Nullable Object, X extends Exception> {
    /// Makes one attempt.
    ///
    /// @param number of this attempt, from 1
    T call(int number) throws X;
}
