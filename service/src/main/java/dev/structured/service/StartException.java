package dev.structured.service;

import java.io.Serial;

/// The program cannot start as it was asked to. The message tells the user what is wrong and what to do.
final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }
}
