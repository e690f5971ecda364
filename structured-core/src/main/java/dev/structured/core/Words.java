package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The words of messages that several classes write. Also the only place at which the kernel calls methods of
/// foreign objects for messages: these may throw anything, even a [Cancelled], and may return texts without
/// end.
final class Words {
    /// The longest text. Failures that hold each other would also repeat each other's messages, which in a
    /// deep tree takes space in the square of its depth.
    private static final int MOST_CHARACTERS = 1_000;

    private Words() {}

    /// Returns the object in words, even if it cannot describe itself: a message must never make a nursery
    /// fail.
    static String of(Object object) {
        try {
            String words = String.valueOf(object);
            return words.length() <= MOST_CHARACTERS ? words : begin(words, MOST_CHARACTERS) + "…";
        } catch (Throwable e) {
            return object.getClass().getName();
        }
    }

    /// Returns the first characters of a longer text: `most` of them, or one less where a pair of surrogates
    /// would be cut.
    static String begin(String text, int most) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    /// Returns the text with question marks in place of control characters: ends of lines, for example, or
    /// what changes the colours of a terminal.
    static String inOneLine(String text) {
        return isClean(text) ? text : text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
    }

    /// A loop and not a stream, which would be three objects: a service makes many notes.
    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) return false;
        }
        return true;
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

    /// Returns the trace, the innermost call first; empty if the throwable cannot tell.
    static StackTraceElement[] trace(Throwable thrown) {
        try {
            return thrown.getStackTrace().clone();
        } catch (Throwable e) {
            return new StackTraceElement[0];
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
            // nor must a logger that cannot log
        }
    }
}
