package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.server.RawClient;
import dev.structured.service.server.RawHttp2;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A process that stood still closes no connection for being idle meanwhile. With a clock of the test alone
/// this cannot be seen: Jetty measures with the real one too.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGSTOP")
final class PausedProgramTest {
    private static final String FILE = """
            server: {idleTimeout: 10s, http2: {offered: always}}
            downstreams: {d: {url: 'demo:catalog'}}
            routes:
              - {path: /p, deadline: 20s, parts: {p: {value: 1}}}
            """;

    @TempDir
    private Path directory;

    @Test
    void idle_connections_survive_a_pause_of_the_process() throws Exception {
        Path file = Files.writeString(directory.resolve("routes.yaml"), FILE);
        try (Program program = Program.serving(directory, file.toString())) {
            int port = URI.create(program.pages()).getPort();
            try (RawClient first = new RawClient(port); RawHttp2 second = new RawHttp2(port, null)) {
                assertEquals(200, first.get("/p").read().status());
                assertEquals(200, second.readReply(second.get("/p")).status());

                program.standStill();
                TimeUnit.SECONDS.sleep(11);
                program.goOn();
                TimeUnit.SECONDS.sleep(1); // a request that waits would keep its connection open

                assertEquals(200, first.get("/p").read().status());
                assertEquals(200, second.readReply(second.get("/p")).status());
            }
        }
    }
}
