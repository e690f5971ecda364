package dev.structured.core.combine;

import org.jspecify.annotations.Nullable;

/// Disposes of a value that a body has returned and that the caller will not get: closes a connection, gives
/// back a permit.
///
/// Each value that a body returns goes either to the caller or to this, once.
///
/// It runs shielded, because its task is usually being cancelled: it may wait, and a cancellation does not
/// cut it short. Set a limit inside if it may take long. Its exceptions do not change the outcome: they are
/// suppressed in the exception that is on its way out. If there is none, or it accepts no suppressed ones,
/// [dev.structured.core.Instrument#errorDropped] is called with them.
///
/// @param <T> the value
@FunctionalInterface
public interface Discard<T extends @Nullable Object> {
    /// Disposes of the value.
    ///
    /// @throws Exception if this fails; the value counts as discarded all the same
    void discard(T value) throws Exception;
}
