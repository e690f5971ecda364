package dev.structured.core;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The result of a scope's block: its value, or the reason why the scope was cancelled and the block cut
/// short.
///
/// @param <T> the block's value
public sealed interface ScopeResult<T extends @Nullable Object> {

    /// The block ended with a value.
    record Completed<T extends @Nullable Object>(T value) implements ScopeResult<T> {}

    /// The block was cut short because its own scope was cancelled.
    record Cancelled<T extends @Nullable Object>(CancelReason reason) implements ScopeResult<T> {}

    /// Returns true when the block was cut short.
    default boolean isCancelled() {
        return this instanceof Cancelled;
    }

    /// Returns the block's value, or `other` when the block was cut short.
    default T orElse(T other) {
        return this instanceof Completed<T>(T value) ? value : other;
    }

    /// Returns the block's value; when the block was cut short, applies the function to the reason and
    /// returns its result.
    default T orElseGet(Function<? super CancelReason, ? extends T> other) {
        return switch (this) {
            case Completed<T>(T value) -> value;
            case Cancelled<T>(CancelReason reason) -> other.apply(reason);
        };
    }

    /// Returns the block's value.
    ///
    /// @throws ScopeCancelledException if the block was cut short
    default T orElseThrow() {
        return switch (this) {
            case Completed<T>(T value) -> value;
            case Cancelled<T>(CancelReason reason) -> throw new ScopeCancelledException(reason);
        };
    }

    /// Returns the block's value as an [Optional]: empty when the block was cut short or its value was null.
    default Optional<T> toOptional() {
        return this instanceof Completed<T>(T value) ? Optional.ofNullable(value) : Optional.empty();
    }
}
