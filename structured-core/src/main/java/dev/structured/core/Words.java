package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The words of messages that several classes write, and the one way in which the kernel asks objects that
/// are not its own: they may throw whatever they like, a [Cancelled] included, and may have no end.
final class Words {
    /// Failures that hold each other would have messages that do so too: in a deep tree, space in the square
    /// of its depth.
    private static final int MOST_CHARACTERS = 1_000;

    private Words() {}

    /// Returns the object in words, also if it cannot describe itself: a message is never worth a nursery's
    /// life.
    static String of(Object object) {
        try {
            String words = String.valueOf(object);
            return words.length() <= MOST_CHARACTERS ? words : words.substring(0, MOST_CHARACTERS) + "…";
        } catch (Throwable e) {
            return object.getClass().getName();
        }
    }

    /// Returns the duration in milliseconds.
    static String of(Duration duration) {
        return duration.dividedBy(1_000).toNanos() / 1_000.0 + " ms";
    }

    /// Returns the cause; null if there is none, or the throwable cannot tell.
    static @Nullable Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /// Returns the message; null if there is none, or the throwable cannot tell.
    static @Nullable String message(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (Throwable e) {
            return null;
        }
    }

    /// Logs, also if the throwable cannot be printed.
    static void log(System.Logger log, System.Logger.Level level, String message, Throwable thrown) {
        try {
            log.log(level, message, thrown);
        } catch (Throwable e) {
            logWithout(log, level, message, thrown);
        }
    }

    private static void logWithout(System.Logger log, System.Logger.Level level, String message,
            Throwable thrown) {
        try {
            log.log(level, message + ": " + thrown.getClass().getName());
        } catch (Throwable e) {
            // a logger that cannot log is not worth a nursery's life either
        }
    }
}
