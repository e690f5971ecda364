package dev.structured.core;

import org.jspecify.annotations.Nullable;

/// Makes of a body without a value one with, so that what runs bodies is written once.
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
