package dev.structured.service.client;

import dev.structured.service.aggregate.BackendException;
import dev.structured.service.aggregate.ErrorType;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;

/// What a failure of the HTTP client means: the one table from its exceptions to our [ErrorType]s.
final class Failures {
    private Failures() {}

    /// How far an exchange had come when it failed.
    ///
    /// @param answered the status had arrived
    /// @param headed the whole head had arrived
    /// @param socket of its connection; null when none had been found for it
    record Progress(boolean answered, boolean headed, @Nullable StrictEndPoint socket) {}

    /// A host name that could not be resolved.
    static final class Unresolved extends IOException {
        private static final long serialVersionUID = 1;

        Unresolved(String host, Throwable cause) {
            super("Could not resolve " + host, cause);
        }
    }

    static BackendException of(Throwable failure, Progress progress) {
        StrictEndPoint socket = progress.socket();
        ErrorType type = socket == null ? whileConnecting(failure) : whileTalking(failure, progress, socket);
        return new BackendException(type, type.label() + " (" + failure.getClass().getSimpleName() + ")",
                failure);
    }

    private static ErrorType whileConnecting(Throwable failure) {
        return switch (failure) {
            case Unresolved _ -> ErrorType.DNS;
            case SocketTimeoutException _,TimeoutException _ -> ErrorType.CONNECT_TIMEOUT;
            case RejectedExecutionException _ -> ErrorType.LIMIT_EXCEEDED;
            case IOException _ -> ErrorType.CONNECT_REFUSED; // also "no route to host" and the like
            default -> ErrorType.PROTOCOL;
        };
    }

    private static ErrorType whileTalking(Throwable failure, Progress progress, StrictEndPoint socket) {
        if (socket.readFailure() != null) return ErrorType.RESET;
        if (socket.hasEnded() && !progress.headed())
            return progress.answered() ? ErrorType.INCOMPLETE : ErrorType.RESET;
        return switch (failure) {
            case StrictEndPoint.HeadTooLarge _ -> ErrorType.HEADERS_TOO_LARGE;
            case StrictTransport.BrokenFraming _ -> ErrorType.PROTOCOL;
            case EofException _ -> ErrorType.RESET; // Jetty's own: a write failed
            case EOFException _ -> ErrorType.INCOMPLETE;
            case IOException _ -> ErrorType.RESET;
            case TimeoutException _ -> ErrorType.TIMEOUT;
            default -> ErrorType.PROTOCOL; // HttpResponseException, or an assertion of the parser
        };
    }
}
