package dev.structured.core.interop;

import java.io.IOException;
import java.io.Serial;

/// Thrown when a line of a file, or of the output of a process, is not UTF-8. The lines before it have been
/// delivered.
public final class MalformedTextException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final long line;

    MalformedTextException(String source, long line, int offset, byte first) {
        super(String.format("Line %d of %s is not UTF-8: byte 0x%02X at byte %d of the line. Read the bytes"
                + " instead, and decode them with the right charset.", line, source, first, offset + 1));
        this.line = line;
    }

    /// Returns the number of the line, from 1.
    public long line() {
        return line;
    }
}
