package dev.structured.core.interop;

import java.io.IOException;
import java.io.Serial;

/// There was more than the caller had said it would take: of a file, a directory, or what a process has
/// written.
public final class TooLargeException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    TooLargeException(Object what, long limit, String unit) {
        super(what + " has more than the " + limit + " " + unit
                + " that the caller allows. Allow more, or take it piece by piece.");
    }
}
