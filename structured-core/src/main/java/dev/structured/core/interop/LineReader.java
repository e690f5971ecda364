package dev.structured.core.interop;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the lines of a file, some at a time, each of limited length. On worker threads, one call after the
/// other.
///
/// Bytes are cut into lines before they become text: in UTF-8 the bytes that end a line are no part of any
/// other character. So an error in one line does not affect the lines before it.
final class LineReader implements AutoCloseable {
    private static final int A_TURN = 256;
    private static final int END = -1;
    /// The most bytes of one character; four bytes of UTF-8 are two characters.
    private static final int BYTES_A_CHARACTER = 3;

    private final LineDecoder decoder;
    private final int longest;
    private final InputStream in;
    /// True if the last byte was a carriage return, to which a line feed after it belongs.
    private boolean returned;
    /// The error in the line after the last lines that were delivered; null if there is none.
    private @Nullable IOException wrong;

    LineReader(Path file, int longest) throws IOException {
        this.decoder = new LineDecoder("file '" + file + "'");
        this.longest = longest;
        this.in = new BufferedInputStream(Files.newInputStream(file));
    }

    /// Returns the next lines; none at the end.
    List<String> next() throws IOException {
        if (wrong != null) throw wrong;
        List<String> lines = new ArrayList<>();
        try {
            while (lines.size() < A_TURN) {
                String line = line();
                if (line == null) break;
                lines.add(line);
            }
        } catch (IOException thrown) {
            if (lines.isEmpty()) throw thrown;
            wrong = thrown; // when the good ones have been delivered
        }
        return lines;
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int next = in.read();
        if (returned && next == '\n') next = in.read();
        returned = false;
        if (next == END) return null;
        while (next != END && next != '\n' && next != '\r') {
            if (bytes.size() / BYTES_A_CHARACTER >= longest) throw decoder.tooLarge(longest, "characters");
            bytes.write(next);
            next = in.read();
        }
        returned = next == '\r';
        return decoder.next(bytes.toByteArray(), longest);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
