package dev.structured.service.redis;

import dev.structured.service.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A Redis server of a test's own, which keeps nothing on disk.
public final class RedisServer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    public final int port;
    private final Path directory;
    private final List<String> more;
    private Process process;

    private RedisServer(Path directory, int port, List<String> more) throws IOException {
        this.directory = directory;
        this.port = port;
        this.more = more;
        this.process = launch();
    }

    /// Starts a server on a free port, or skips the test where the program is missing.
    ///
    /// @param more further arguments; `PORT` in them stands for the port, and then no other is opened
    public static RedisServer start(Path directory, String... more) throws IOException {
        Assumptions.assumeTrue(isInstalled(),
                "redis-server is not installed (apt-get install redis-server): tests of the shared store "
                        + "are left out");
        int port = FreePort.any();
        return new RedisServer(directory, port,
                Stream.of(more).map(each -> each.replace("PORT", "" + port)).toList());
    }

    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "redis-server")));
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--save", "",
                "--appendonly", "no", "--dir", directory.toString()));
        if (!more.contains("--tls-port")) command.addAll(List.of("--port", "" + port));
        command.addAll(more);
        Process started = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis-" + port + ".log").toFile()).start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!listens()) {
            if (!started.isAlive() || System.nanoTime() > end) {
                throw new IOException("redis-server did not start: "
                        + Files.readString(directory.resolve("redis-" + port + ".log")));
            }
        }
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Ends it; what it kept is gone.
    public void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Starts it again, on the same port.
    public void startAgain() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a signal: STOP, so that it hangs, or CONT.
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
