package dev.structured.service.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// A HAProxy of a test's own.
final class Haproxy {
    private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");

    private Haproxy() {}

    /// Skips the test where HAProxy is not installed.
    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(PROGRAM), "HAProxy is not installed");
    }

    /// Returns a port that nobody has, and that nobody gets who asks the system for any: those are chosen from
    /// 32768 on.
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException taken) {
                // Another may be free.
            }
        }
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
