package dev.structured.testing;

import org.jspecify.annotations.Nullable;

/// Asks objects of the code under test for words and causes. They may throw anything, and a report must not
/// fail for that.
final class Words {
    private Words() {}

    /// Returns the object in words, or its class if it cannot describe itself.
    @SuppressWarnings("SwallowedCancelled") // of the object's own code
    static String of(@Nullable Object object) {
        try {
            return String.valueOf(object);
        } catch (Throwable cannotTell) {
            return object == null ? "null" : object.getClass().getName();
        }
    }

    /// Returns the cause; null if there is none, or the throwable cannot tell.
    @SuppressWarnings("SwallowedCancelled") // of the throwable's own code
    static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable cannotTell) {
            return null;
        }
    }
}
