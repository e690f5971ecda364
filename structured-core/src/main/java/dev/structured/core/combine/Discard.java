package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Disposes of a value that a body has returned and that nobody will get: close the connection, give
/// back the permit.
///
/// Of each value that a body returns, either the caller gets it or this does, once.
///
/// It runs shielded, because most often its task is being cancelled: it may wait, and a cancellation does not
/// cut it short. Set a limit inside if it may take long. Its exceptions change nothing else: they are
/// suppressed in what is on its way out, and told to [dev.structured.core.Instrument#errorDropped] if that is
/// a cancellation which is absorbed.
///
/// @param <T> the value
@FunctionalInterface
public interface Discard<T extends @Nullable Object> {
    /// Gets rid of the value.
    ///
    /// @throws Exception what went wrong; the value counts as discarded all the same
    void discard(T value) throws Exception;
}
