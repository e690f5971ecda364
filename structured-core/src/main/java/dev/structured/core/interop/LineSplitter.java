package dev.structured.core.interop;

import dev.structured.core.Action;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

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
        if (from == to) return;
        long surplus = begun.size() + (long) (to - from) - longest;
        // One more may be the carriage return of the line's end.
        if (surplus > 1 || (surplus == 1 && piece[to - 1] != '\r')) throw decoder.tooLarge(longest, "bytes");
        begun.write(piece, from, to - from);
    }

    private String line() throws IOException {
        byte[] bytes = begun.toByteArray();
        begun.reset();
        int last = bytes.length - 1;
        boolean returned = last >= 0 && bytes[last] == '\r';
        return decoder.next(returned ? Arrays.copyOf(bytes, last) : bytes, longest);
    }

    /// Passes on the last line if it has no end.
    <X extends Exception> void end(Action<String, X> lines) throws IOException, X {
        if (begun.size() > 0) lines.accept(line());
    }
}
