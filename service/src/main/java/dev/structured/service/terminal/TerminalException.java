package dev.structured.service.terminal;

/// The service cannot be shown. The message tells the user the reason and the remedy.
public final class TerminalException extends Exception {
    private static final long serialVersionUID = 1;

    TerminalException(String message) {
        super(message);
    }
}
