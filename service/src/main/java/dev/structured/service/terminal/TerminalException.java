package dev.structured.service.terminal;

/// The service cannot be looked at. The message says why and what to do, for people.
public final class TerminalException extends Exception {
    private static final long serialVersionUID = 1;

    TerminalException(String message) {
        super(message);
    }
}
