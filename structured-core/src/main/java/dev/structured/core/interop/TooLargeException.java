package dev.structured.core.interop;

import java.io.IOException;
import java.io.Serial;

/// Thrown when a file, a directory or the output of a process exceeds the limit that the caller has given.
public final class TooLargeException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    TooLargeException(Object what, long limit, String unit) {
        super(what + " has more than the " + limit + " " + unit
                + " that the caller allows. Allow more, or read it piece by piece.");
    }
}
