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

/// Lines of a file, some at a time, each of limited length. On a worker thread, one after the other.
///
/// Bytes are cut into lines before they become text: in UTF-8 the bytes that end a line are no part of any
/// other character. So what is wrong in one line does not touch those before it.
final class LineReader implements AutoCloseable {
    private static final int A_TURN = 256;
    private static final int END = -1;
    /// A character takes at most so many bytes; one of four bytes is two characters.
    private static final int BYTES_A_CHARACTER = 3;

    private final LineDecoder decoder;
    private final int longest;
    private final InputStream in;
    /// The last one was a carriage return: a line feed after it belongs to that.
    private boolean returned;
    /// What is wrong with the line after those that were delivered last.
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
