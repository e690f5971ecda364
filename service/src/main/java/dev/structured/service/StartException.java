package dev.structured.service;

import java.io.Serial;

/// The program cannot start as asked. The message tells the user the reason and the remedy.
final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }
}
