package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Reads the path of a PEM file. The file must exist; its contents are read when connections are opened.
final class PemFile {
    /// The type of such paths.
    public static final ScalarType<Path> TYPE = ScalarType.text(ScalarType.NOT_BLANK, PemFile::parse)
            .withPlaceholder(Path.of("unread.pem")).withPrinter(Path::toString);

    private PemFile() {}

    static Path parse(String text) throws InvalidValueException {
        try {
            Path path = Path.of(text);
            if (Files.isReadable(path) && !Files.isDirectory(path)) return path;
            throw new InvalidValueException("names '" + text + "', which " + (Files.isDirectory(path)
                    ? "is a directory; name the file in it"
                    : Files.exists(path)
                            ? "may not be read; give the service's user the right to read it"
                            : "is not there; correct the path, which counts from where the service is "
                                    + "started"));
        } catch (InvalidPathException e) {
            throw new InvalidValueException("is not a path of a file: " + e.getReason());
        }
    }
}
