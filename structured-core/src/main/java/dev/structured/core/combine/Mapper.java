package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Makes a result of an item, in a task of its own.
///
/// @param <I> the item
/// @param <R> the result
@FunctionalInterface
public interface Mapper<I extends @Nullable Object, R extends @Nullable Object> {
    /// Returns the result.
    R map(I item) throws Exception;
}
