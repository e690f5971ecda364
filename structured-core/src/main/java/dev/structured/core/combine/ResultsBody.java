package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Code that takes results as they come.
///
/// @param <R> a result
@FunctionalInterface
public interface ResultsBody<R extends @Nullable Object> {
    /// Runs on the caller's thread. When it returns, what is still being worked on is stopped.
    void run(Results<R> results) throws Exception;
}
