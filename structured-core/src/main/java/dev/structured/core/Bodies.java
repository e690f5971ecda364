package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Turns a body without a value into one with a value, so that the code that runs bodies is written once.
final class Bodies {
    private Bodies() {}

    /// Returns a body that runs this one, and whose value is null.
    static <X extends Exception> ValueBody<@Nullable Void, X> valued(Body<X> body) {
        return () -> {
            body.run();
            return null;
        };
    }
}
