package dev.structured.core.interop;

import dev.structured.core.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Cuts bytes that come in pieces into lines, and passes each on as soon as it is complete. A line ends with
/// a line feed, before which there may be a carriage return.
final class LineSplitter {
    private final LineDecoder decoder;
    private final int longest;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    LineSplitter(String source, int longest) {
        this.decoder = new LineDecoder(source);
        this.longest = longest;
    }

    /// Passes on the lines that the piece completes.
    <X extends Exception> void add(byte[] piece, Action<String, X> lines) throws IOException, X {
        int from = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != '\n') continue;
            keep(piece, from, i);
            lines.accept(line());
            from = i + 1;
        }
        keep(piece, from, piece.length);
    }

    private void keep(byte[] piece, int from, int to) throws TooLargeException {
        if (begun.size() + (to - from) > longest) throw decoder.tooLarge(longest, "bytes");
        begun.write(piece, from, to - from);
    }

    private String line() throws IOException {
        String line = decoder.next(begun.toByteArray(), longest);
        begun.reset();
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// Passes on the last line if it has no end.
    <X extends Exception> void end(Action<String, X> lines) throws IOException, X {
        if (begun.size() > 0) lines.accept(line());
    }
}
