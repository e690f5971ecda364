package dev.structured.core.interop;

import java.io.IOException;
import java.io.Serial;

/// Thrown when a program has ended with an exit code other than zero.
public final class ExitCodeException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final int SHOWN = 500;

    /// The exit code.
    private final int exitCode;

    ExitCodeException(String program, int exitCode, String errors) {
        super("'" + program + "' has ended with exit code " + exitCode + shown(errors.strip()));
        this.exitCode = exitCode;
    }

    private static String shown(String errors) {
        if (errors.isEmpty()) return "";
        return errors.length() <= SHOWN ? ": " + errors : ": … " + end(errors);
    }

    /// Cuts no pair of surrogates.
    private static String end(String errors) {
        int from = errors.length() - SHOWN;
        return errors.substring(Character.isLowSurrogate(errors.charAt(from)) ? from + 1 : from);
    }

    /// Returns the program's exit code: usually above 128 if a signal ended it.
    public int exitCode() {
        return exitCode;
    }
}
