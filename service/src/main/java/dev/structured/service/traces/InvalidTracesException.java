package dev.structured.service.traces;

/// Thrown if the environment's settings for traces cannot be used. The message names the remedy.
public final class InvalidTracesException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidTracesException(String message) {
        super(message);
    }

    InvalidTracesException(String message, Throwable cause) {
        super(message, cause);
    }
}
