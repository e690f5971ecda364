package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// What the tests of programs share: shells, a directory, and the check that no thread is left behind.
abstract class ProgramFixture {
    static final Duration LONG = Duration.ofSeconds(100);
    static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path directory;

    @AfterEach
    void no_thread_is_left() {
        assertEquals(0, LiveProcess.workers().statistics().running());
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (LiveProcess.workers().statistics().abandoned() > 0) {
            assertTrue(System.nanoTime() < end, "abandoned threads do not end");
            Thread.onSpinWait();
        }
    }

    static Command sh(String script) {
        return Command.of("sh", "-c", script);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
