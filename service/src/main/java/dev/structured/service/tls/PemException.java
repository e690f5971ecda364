package dev.structured.service.tls;

import java.io.Serial;
import java.nio.file.Path;

/// A PEM file cannot be used. The complaint continues a sentence that begins with the file, such as
/// "has no certificate".
public final class PemException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final String complaint;

    PemException(Path file, String complaint) {
        super(file + " " + complaint);
        this.file = file;
        this.complaint = complaint;
    }

    /// Returns the file.
    public Path file() {
        return file;
    }

    /// Returns the complaint without the file's name.
    public String complaint() {
        return complaint;
    }
}
