package dev.structured.core.interop;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Cuts bytes that come in pieces into lines. A line ends with a line feed, before which there may be a
/// carriage return.
final class LineSplitter {
    private final String source;
    private final int longest;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    LineSplitter(String source, int longest) {
        this.source = source;
        this.longest = longest;
    }

    /// Returns the lines that the piece completes.
    List<String> add(byte[] piece) throws TooLargeException {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != '\n') continue;
            keep(piece, from, i);
            lines.add(line());
            from = i + 1;
        }
        keep(piece, from, piece.length);
        return lines;
    }

    private void keep(byte[] piece, int from, int to) throws TooLargeException {
        if (begun.size() + (to - from) > longest) {
            throw new TooLargeException("A line of " + source, longest, "bytes");
        }
        begun.write(piece, from, to - from);
    }

    private String line() {
        String line = begun.toString(StandardCharsets.UTF_8);
        begun.reset();
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// Returns the last line if it has no end; else none.
    List<String> rest() {
        return begun.size() == 0 ? List.of() : List.of(line());
    }
}
