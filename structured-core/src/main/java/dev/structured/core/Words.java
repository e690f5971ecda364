package dev.structured.core;

import java.time.Duration;

/// The words of messages that several classes write.
final class Words {
    private Words() {}

    /// Returns the object in words, also if it cannot describe itself: a message is never worth a nursery's life.
    static String of(Object object) {
        try {
            return object.toString();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return object.getClass().getName();
        }
    }

    /// Returns the duration in milliseconds.
    static String of(Duration duration) {
        return duration.dividedBy(1_000).toNanos() / 1_000.0 + " ms";
    }
}
