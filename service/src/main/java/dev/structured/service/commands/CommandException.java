package dev.structured.service.commands;

import java.io.Serial;

/// A command cannot do what it was asked to; the message tells the user why, and what to do about it.
public final class CommandException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param message for the user
    public CommandException(String message) {
        super(message, null, false, false);
    }
}
