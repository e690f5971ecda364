package dev.structured.service.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A HAProxy of a test's own.
final class Haproxy {
    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

    private Haproxy() {}

    /// Skips the test where HAProxy is not installed.
    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(PROGRAM), "HAProxy is not installed");
    }

    /// Starts it.
    ///
    /// @param config the text of its file
    /// @param folder gets the file, and all output in [#log]
    static Process start(String config, Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
        return new ProcessBuilder(PROGRAM.toString(), "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log(folder).toFile()).start();
    }

    static Path log(Path folder) {
        return folder.resolve("haproxy.log");
    }
}
