package dev.structured.service.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Reads the files that `${file:/path}` names, such as the secrets of a container.
final class SecretFile {
    private static final int MOST_BYTES = 64 << 10;

    private SecretFile() {}

    /// Returns a file's text without the line end that editors put at its end.
    ///
    /// @param written how it stands in the configuration
    /// @param read is told of the file and its contents
    static String read(String written, String path, ReadFiles read) throws InvalidValueException {
        Path file = path(written, path);
        read.asked(file, MOST_BYTES + 1);
        if (!Files.exists(file)) {
            throw new InvalidValueException(
                    "'" + written + "': there is no such file; create it, or correct its path");
        }
        // Not a pipe or a device: reading one might never end.
        if (!Files.isRegularFile(file))
            throw new InvalidValueException("'" + written + "' is not a "
                    + "regular file");
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            read.contents(file, bytes, MOST_BYTES + 1);
            if (bytes.length <= MOST_BYTES) return text(bytes);
            throw new InvalidValueException("'" + written + "' is larger than 64KiB, which no value needs");
        } catch (CharacterCodingException e) {
            throw new InvalidValueException("'" + written + "' is not UTF-8 text; save it as UTF-8");
        } catch (AccessDeniedException e) {
            throw new InvalidValueException(
                    "'" + written + "' may not be read; give the service's user the right to read it");
        } catch (IOException e) {
            throw new InvalidValueException("'" + written + "' cannot be read: "
                    + e.getClass().getSimpleName());
        }
    }

    private static Path path(String written, String text) throws InvalidValueException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) return path;
        } catch (InvalidPathException e) {
            // Falls through: the same rule is broken.
        }
        throw new InvalidValueException("'" + written + "' must name a file by its whole path, such as "
                + "${file:/run/secrets/api-key}");
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        if (text.endsWith("\r\n")) return text.substring(0, text.length() - 2);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
