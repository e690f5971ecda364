package dev.structured.core.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines of a file, some at a time, each of limited length. On a worker thread, one after the other.
final class LineReader implements AutoCloseable {
    private static final int A_TURN = 256;
    private static final int END = -1;

    private final Path file;
    private final int longest;
    private final BufferedReader reader;
    /// The last one was a carriage return: a line feed after it belongs to that.
    private boolean returned;

    LineReader(Path file, int longest) throws IOException {
        this.file = file;
        this.longest = longest;
        this.reader = Files.newBufferedReader(file);
    }

    /// Returns the next lines; none at the end.
    List<String> next() throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < A_TURN) {
            String line = line();
            if (line == null) break;
            lines.add(line);
        }
        return lines;
    }

    private @Nullable String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next = reader.read();
        if (returned && next == '\n') next = reader.read();
        returned = false;
        if (next == END) return null;
        while (next != END && next != '\n' && next != '\r') {
            if (line.length() == longest) {
                throw new TooLargeException("A line of file '" + file + "'", longest, "characters");
            }
            line.append((char) next);
            next = reader.read();
        }
        returned = next == '\r';
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
