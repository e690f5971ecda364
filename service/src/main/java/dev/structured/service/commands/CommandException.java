package dev.structured.service.commands;

import java.io.Serial;

/// A command cannot be run as asked. The message tells the user the reason and the remedy.
public final class CommandException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /// @param message the reason and the remedy, for the user
    public CommandException(String message) {
        super(message, null, false, false);
    }
}
