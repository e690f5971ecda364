package dev.structured.service.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Reads the text of a configuration file, or explains why it cannot be read.
public final class TextFile {
    private static final int MOST_BYTES = 1 << 20;

    private TextFile() {}

    /// Returns the text of a file.
    ///
    /// @throws ConfigException if it cannot be read, or is not text
    public static String text(Path file) throws ConfigException {
        return text(file, new ReadFiles());
    }

    /// Returns the text of a file.
    ///
    /// @param read is told of the file and its contents
    /// @throws ConfigException if it cannot be read, or is not text
    public static String text(Path file, ReadFiles read) throws ConfigException {
        read.asked(file, MOST_BYTES + 1);
        if (Files.isDirectory(file)) throw problem(file, "is a directory; name the configuration file in it");
        // Reading a pipe or a device might never end.
        if (Files.exists(file) && !Files.isRegularFile(file))
            throw problem(file, "is no regular file but a pipe or a device; copy the text to a file");
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            read.contents(file, bytes, MOST_BYTES + 1);
            if (bytes.length <= MOST_BYTES) return decode(file, bytes);
            throw problem(file, "larger than 1MiB, which no configuration needs; is it the right file?");
        } catch (NoSuchFileException e) {
            throw problem(file,
                    "no such file; check the path (it counts from where the service is started)");
        } catch (AccessDeniedException e) {
            throw problem(file, "not allowed to read it; give the service's user the right to read it");
        } catch (IOException e) {
            throw problem(file, "cannot be read: " + e.getMessage());
        }
    }

    private static String decode(Path file, byte[] bytes) throws ConfigException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (!result.isError()) return text;
        int lineStart = text.lastIndexOf('\n') + 1;
        int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, text.length());
        throw new ConfigException(file.toString(), List.of(new Problem(null, line, column,
                "the file is not UTF-8 text from here on; save it as UTF-8")));
    }

    private static ConfigException problem(Path file, String message) {
        return new ConfigException(file.toString(), List.of(Problem.ofFile(message)));
    }
}
