package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The libraries that Javalin, Micrometer, Caffeine and OpenTelemetry bring and that no class of the service
/// needs: the POM excludes them, see decision 0056. That the service works without them is shown by every
/// test that starts it.
class LibrariesTest {
    private static final String UNUSED = ".*websocket.*|jetty-(ee10-)?(annotations|plus|webapp|jndi|xml)-."
            + "*|asm-.*"
            + "|jakarta\\.(annotation|enterprise|inject|interceptor|transaction).*|annotations-[0-9].*"
            + "|HdrHistogram-.*|error_prone_annotations-.*"
            + "|okhttp-.*|okio-.*|opentelemetry-exporter-sender-okhttp.*";

    @Test
    void no_library_is_there_that_nothing_uses() {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).getFileName().toString())
                .toList();
        assertTrue(jars.stream().anyMatch(jar -> jar.startsWith("javalin-")), jars::toString);
        assertEquals(List.of(), jars.stream().filter(jar -> jar.matches(UNUSED)).toList());
    }
}
