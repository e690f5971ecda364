package dev.structured.core.combine;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The result of a body: its value, or the exception that it threw. Never a cancellation, and never an
/// [Error].
///
/// @param <T> the body's value
public sealed interface Settled<T extends @Nullable Object> {

    /// The body ended with a value.
    record Succeeded<T extends @Nullable Object>(T value) implements Settled<T> {}

    /// The body threw.
    record Failed<T extends @Nullable Object>(Exception error) implements Settled<T> {}

    /// Returns true if the body threw.
    default boolean isFailed() {
        return this instanceof Failed;
    }

    /// Returns the body's value, or `other` if it threw.
    default T orElse(T other) {
        return this instanceof Succeeded<T>(T value) ? value : other;
    }

    /// Returns the body's value; if it threw, applies the function to the exception and returns its result.
    default T orElseGet(Function<? super Exception, ? extends T> other) {
        return switch (this) {
            case Succeeded<T>(T value) -> value;
            case Failed<T>(Exception error) -> other.apply(error);
        };
    }

    /// Returns the body's value.
    ///
    /// @throws CompletionException if it threw, with its exception as the cause
    default T orElseThrow() {
        return switch (this) {
            case Succeeded<T>(T value) -> value;
            case Failed<T>(Exception error) -> throw new CompletionException(error);
        };
    }

    /// Returns the body's value as an [Optional]: empty if it threw or its value was null.
    default Optional<T> toOptional() {
        return this instanceof Succeeded<T>(T value) ? Optional.ofNullable(value) : Optional.empty();
    }
}
