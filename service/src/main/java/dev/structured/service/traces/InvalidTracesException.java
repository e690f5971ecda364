package dev.structured.service.traces;

/// Thrown if the environment asks for traces in a way that cannot be done. The message says how to mend it.
public final class InvalidTracesException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidTracesException(String message) {
        super(message);
    }

    InvalidTracesException(String message, Throwable cause) {
        super(message, cause);
    }
}
