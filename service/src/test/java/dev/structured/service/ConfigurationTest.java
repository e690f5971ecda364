package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.ops.ConfigControl.Change;
import dev.structured.service.ops.ConfigControl.Result;
import dev.structured.service.ops.Metrics;
import dev.structured.service.ops.MetricsFormat;
import dev.structured.service.tls.TestCa;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationTest {
    private static final String FILE = """
            server: {maxBody: 64KiB}
            downstreams:
              catalog: {url: 'http://catalog:1'}
            routes:
              - path: /one
                deadline: 2s
                parts: {product: {from: catalog, path: /p}}
            """;

    @TempDir
    private Path directory;

    private final Metrics metrics = new Metrics("test");
    private final List<String> served = new ArrayList<>();

    private Path file() {
        return directory.resolve("routes.yaml");
    }

    private Configuration configuration() throws IOException, ConfigException {
        Files.writeString(file(), FILE);
        return new Configuration(file(), Map.of("HOST", "catalog"), ConfigReader.read(file(), Map.of()),
                metrics,
                next -> served.add(next.routes().getFirst().deadline().toMillis() + "ms"));
    }

    private void write(String before, String after) throws IOException {
        Files.writeString(file(), FILE.replace(before, after));
    }

    private boolean counted(String result) {
        return metrics.scrape(MetricsFormat.PROMETHEUS)
                .contains("structured_config_reload_total{result=\"" + result + "\"} 1.0");
    }

    @Test
    void file_that_says_something_else_is_served() throws Exception {
        Configuration configuration = configuration();
        String before = configuration.status().hash();
        write("2s", "1s");

        Change change = configuration.reload("test", false);

        assertEquals(
                new Change(Result.SERVED, List.of("~ route GET /one deadline: 2000ms → 1000ms"), List.of()),
                change);
        assertEquals(List.of("1000ms"), served);
        assertFalse(configuration.status().hash().equals(before));
        assertTrue(metrics.scrape(MetricsFormat.PROMETHEUS)
                .contains("structured_config_info{hash=\"" + configuration.status().hash() + "\"}"));
        assertFalse(metrics.scrape(MetricsFormat.PROMETHEUS).contains(before));
        assertTrue(counted("served"));
    }

    @Test
    void certificate_that_has_expired_is_warned_of_and_served() throws Exception {
        Instant until = Instant.parse("2026-01-31T12:00:00Z");
        TestCa old = new TestCa("authority", until.minus(Duration.ofDays(90)), until);
        old.own.write(directory, "ca");
        Configuration configuration = configuration();
        write("'http://catalog:1'",
                "'https://catalog:1', tls: {ca: %s}".formatted(directory.resolve("ca.pem")));

        Change change = configuration.reload("test", true);

        assertEquals(Result.WOULD_SERVE, change.result());
        assertTrue(change.changes().getLast().contains("warning: 'ca' of 'tls' of "), change::toString);
        assertEquals(change.changes(), configuration.reload("test", false).changes());
        Change same = configuration.reload("test", false);
        assertEquals(Result.UNCHANGED, same.result());
        assertEquals(List.of(change.changes().getLast()), same.changes(), "the date may be another one");
        assertFalse(configuration.rollback().toString().contains("warning"), "nothing is read");
    }

    @Test
    void file_that_says_the_same_in_other_words_changes_nothing() throws Exception {
        Configuration configuration = configuration();
        write("2s", "2000ms # two seconds");

        assertEquals(Result.UNCHANGED, configuration.reload("test", false).result());
        assertEquals(List.of(), served);
        assertTrue(counted("unchanged"));
    }

    @Test
    void bad_file_changes_nothing_and_every_mistake_is_told() throws Exception {
        Configuration configuration = configuration();
        write("deadline: 2s", "deadlin: 2s\n    colour: red");

        Change change = configuration.reload("test", false);

        assertEquals(Result.REFUSED, change.result());
        assertEquals(3, change.problems().size(), () -> change.problems().toString());
        assertTrue(
                change.problems().stream().anyMatch(problem -> problem.contains("did you mean 'deadline'?")));
        assertEquals(List.of(), served);
        assertTrue(counted("refused"));
    }

    @Test
    void file_is_read_once_for_each_of_its_texts_when_its_folder_is_followed() throws Exception {
        Configuration configuration = configuration();
        configuration.follow("test");
        write("deadline", "deadlin");
        configuration.follow("test");
        configuration.follow("test");
        assertTrue(counted("refused"));
        assertEquals(List.of(), served);
        write("2s", "1s");
        configuration.follow("test");
        configuration.follow("test");
        assertTrue(counted("served"));
        Files.delete(file());
        configuration.follow("test");
        configuration.follow("test");
        assertEquals(List.of("1000ms"), served);
        assertTrue(metrics.scrape(MetricsFormat.PROMETHEUS)
                .contains("structured_config_reload_total{result=\"refused\"} 2.0"));
    }

    @Test
    void dry_run_only_tells() throws Exception {
        Configuration configuration = configuration();
        write("64KiB", "32KiB");

        assertEquals(new Change(Result.WOULD_SERVE, List.of("~ server maxBody: 65536 → 32768",
                "! changes in 'server' take effect when the service is restarted"), List.of()),
                configuration.reload("test", true));
        assertEquals(List.of(), served);
        assertFalse(counted("would_serve"));
    }

    @Test
    void rollback_goes_back_and_forth() throws Exception {
        Configuration configuration = configuration();
        assertEquals(Result.REFUSED, configuration.rollback().result());
        write("2s", "1s");
        Change first = configuration.reload("test", false);

        assertEquals(List.of("~ route GET /one deadline: 1000ms → 2000ms"),
                configuration.rollback().changes());
        assertEquals(first.changes(), configuration.rollback().changes());
        assertEquals(List.of("1000ms", "2000ms", "1000ms"), served);
    }

    @Test
    void environment_is_that_of_the_start() throws Exception {
        Configuration configuration = configuration();
        write("'http://catalog:1'", "'http://${env:HOST}:2'");

        assertEquals(List.of("~ downstream catalog url"), configuration.reload("test", false).changes());
    }

    @Test
    void embedded_demo_cannot_be_started_late() throws Exception {
        Configuration configuration = configuration();
        write("http://catalog:1", "demo:catalog");

        assertEquals(List
                .of("downstream 'catalog' is an embedded demo, and embedded demos start only with the "
                        + "service: "
                        + "restart it with this file"),
                configuration.reload("test", false).problems());
    }

    @Test
    void embedded_configuration_has_no_file() {
        Configuration embedded = new Configuration(null, Map.of(), ConfigReader.demo(), metrics,
                _ -> served.add("?"));

        assertEquals(Result.REFUSED, embedded.reload("test", false).result());
        assertEquals(null, embedded.status().file());
    }
}
