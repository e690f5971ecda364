package dev.structured.core;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;

/// The throwables by which interrupted code says that it was interrupted.
///
/// An interrupt of ours comes back as one of these, on its own or as the cause of something else. The type
/// alone proves nothing: the caller must know that the task is cancelled.
final class InterruptThrowables {
    /// Deep enough for any real chain of causes; bounds one that never ends.
    private static final int MOST_CAUSES = 50;

    private InterruptThrowables() {}

    /// Returns true if code of the JDK has thrown this because the thread was interrupted; such code clears
    /// the flag when it throws. An exception made elsewhere says nothing about the thread.
    static boolean comesFromTheJdk(InterruptedException thrown) {
        StackTraceElement[] trace = Words.trace(thrown);
        String module = trace.length == 0 ? null : trace[0].getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /// Returns true if the throwable, or one of its causes, is [Cancelled] or tells of an interrupt.
    static boolean matches(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < MOST_CAUSES; i++) {
            if (is(cause)) return true;
            Throwable next = Words.cause(cause);
            if (next == null) return false;
            cause = next;
        }
        return false;
    }

    private static boolean is(Throwable thrown) {
        return switch (thrown) {
            case Cancelled _ -> true;
            case InterruptedException _ -> true;
            case ClosedByInterruptException _ -> true;
            case FileLockInterruptionException _ -> true;
            // A run inside.
            case ScopeCancelledException e -> e.reason().source() == CancelReason.Source.INTERRUPTED;
            // A timeout of the socket's own, though a subtype of the next.
            case SocketTimeoutException _ -> false;
            case InterruptedIOException _ -> true;
            // A reset is a real failure.
            case SocketException e -> "Closed by interrupt".equals(Words.message(e));
            default -> false;
        };
    }
}
