package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
    @TempDir
    Path directory;

    @Test
    void file_is_read() throws IOException, ConfigException {
        assertEquals(1, routes(Mistake.GOOD));
    }

    @Test
    void file_with_byte_order_mark_is_read() throws IOException, ConfigException {
        assertEquals(1, routes("\uFEFF" + Mistake.GOOD));
    }

    @Test
    void problem_in_a_file_names_it() throws IOException {
        Path file = write("routes: 1\n".getBytes(StandardCharsets.UTF_8));

        String message = assertThrows(ConfigException.class, () -> ConfigReader.read(file)).getMessage();

        assertTrue(message.startsWith(file + ":1:"), message);
    }

    @Test
    void missing_file_is_an_error_without_a_place() {
        Path file = directory.resolve("nothing.yaml");

        assertWhole(file, file + ": no such file; check the path");
    }

    @Test
    void directory_is_an_error() {
        assertWhole(directory, directory + ": is a directory; name the configuration file in it");
    }

    @Test
    @Timeout(60)
    void pipe_or_device_is_an_error_because_reading_it_might_never_end() throws Exception {
        Path pipe = directory.resolve("pipe");
        Assumptions.assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);

        assertWhole(pipe, pipe + ": is no regular file but a pipe or a device; copy the text to a file");
    }

    @Test
    void file_that_may_not_be_read_is_an_error() throws IOException {
        Path file = write(Mistake.GOOD.getBytes(StandardCharsets.UTF_8));
        Assumptions.assumeTrue(file.toFile().setReadable(false) && !Files.isReadable(file),
                "this user may read everything");

        assertWhole(file, file + ": not allowed to read it");
    }

    @Test
    void file_over_the_size_cap_is_an_error() throws IOException {
        Path file = write(("#" + "x".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8));

        assertWhole(file, file + ": larger than 1MiB");
    }

    @Test
    void file_at_the_size_cap_is_read() throws IOException, ConfigException {
        String padding = "#" + "x".repeat((1 << 20) - Mistake.GOOD.length() - 1);

        assertEquals(1, routes(Mistake.GOOD + padding));
    }

    @Test
    void file_that_is_not_utf_8_is_an_error_at_its_place() throws IOException {
        Path file = write("a: 1\nb: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        ConfigException e = assertThrows(ConfigException.class, () -> ConfigReader.read(file));

        assertEquals(file + ":2:4: the file is not UTF-8 text from here on; save it as UTF-8",
                e.getMessage());
    }

    /// Returns the number of routes that are read from a file with this text.
    private int routes(String text) throws IOException, ConfigException {
        return ConfigReader.read(write(text.getBytes(StandardCharsets.UTF_8))).config().routes().size();
    }

    private static void assertWhole(Path file, String beginning) {
        ConfigException e = assertThrows(ConfigException.class, () -> ConfigReader.read(file));
        assertEquals(0, e.problems().getFirst().line());
        assertTrue(e.getMessage().startsWith(beginning), e::getMessage);
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(directory.resolve("routes.yaml"), content);
    }
}
