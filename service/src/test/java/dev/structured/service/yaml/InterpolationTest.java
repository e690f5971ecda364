package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.Mistake;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.FailureConfig;
import dev.structured.service.config.HeaderValue;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.Percentage;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Environment variables and secrets in files.
final class InterpolationTest {
    private static final String FILE = """
            downstreams:
              d:
                url: %s
            routes:
              - {path: /, deadline: 1s, parts: {p: {from: d, path: /}}}
            """;

    @TempDir
    Path directory;

    @Test
    void value_of_any_kind_may_come_from_the_environment() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml",
                """
                        downstreams:
                          d:
                            url: http://${env:HOST}:${env:PORT:-80}
                            maxConnections: ${env:MOST}
                            connectTimeout: "${env:TIME}"
                            coalesce: ${env:SHARED}
                            extra: ${env:EXTRA}
                            retry: {attempts: 2}
                            headers: {x-key: "${env:KEY}"}
                        routes:
                          - path: /r
                            deadline: ${env:LIMIT:-800}ms
                            parts:
                              p: {from: d, path: "/${env:PATH_}", method: "${env:METHOD:-GET}", onFailure: \
                        "${env:OR}"}
                              v: {value: {text: "${env:MOST}", other: [1, true, null]}}
                              n:
                                value: ${env:MOST}
                        """,
                Map.of("HOST", "shop.example", "MOST", "8", "TIME", "7ms", "SHARED", "true", "EXTRA", "5%",
                        "KEY", "123", "PATH_", "x", "OR", "null"));

        DownstreamConfig downstream = config.downstreams().get("d");
        assertNotNull(downstream);
        assertEquals("http://shop.example:80", downstream.endpoints().urls().getFirst().toString());
        assertEquals(8, downstream.maxConnections());
        assertEquals(Duration.ofMillis(7), downstream.connectTimeout());
        assertTrue(downstream.coalesce());
        assertEquals(new Percentage(5), downstream.extra().share());
        assertEquals(Map.of("x-key", new HeaderValue("123")), downstream.headers());
        RouteConfig route = config.routes().getFirst();
        assertEquals(Duration.ofMillis(800), route.deadline());
        assertEquals(PathTemplate.of("/x"), route.part("p").call().path());
        assertEquals(FailureConfig.OnFailure.NULL, route.part("p").failure().onFailure());
        assertEquals("{\"text\":\"8\",\"other\":[1,true,null]}", String.valueOf(route.part("v").value()));
        assertEquals("8", String.valueOf(route.part("n").value()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ${env:URI}         | the environment variable 'URI' is not set; set it, or write ${env:URI:-default}; did you mean 'URL'?
            ${env:NOPE}        | the environment variable 'NOPE' is not set; set it
            ${env:9}           | names no environment variable; write ${env:NAME}
            ${env:}            | names no environment variable
            ${env:URL          | '${env:URL' has no end; add '}'
            ${file:key}        | must name a file by its whole path
            ${file:/no/such}   | '${file:/no/such}': there is no such file; create it, or correct its path
            ${file:/}          | '${file:/}' is not a regular file
            ${ENV:PORT}        | '${ENV:PORT}' must begin with ${env: in small letters
            ${env:PORT}        | must be http://host:port or https://host:port, or demo:NAME for an embedded demo; it is '80'
            """)
    void what_cannot_be_filled_in_is_an_error_in_its_place(String url, String words) {
        ConfigException e = assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml",
                FILE.formatted(url), Map.of("URL", "demo:stock", "PORT", "80")));

        assertEquals(1, e.problems().size(), e::getMessage);
        assertTrue(e.getMessage().startsWith("routes.yaml:3:10: "), e::getMessage);
        assertTrue(e.getMessage().contains(words), e::getMessage);
    }

    @Test
    void preset_stands_in_for_an_empty_variable_too() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", FILE.formatted("${env:URL:-demo:stock}"),
                Map.of("URL", ""));

        assertTrue(config.downstreams().values().iterator().next().isDemo());
    }

    @Test
    void without_an_environment_no_variable_is_set() {
        new Mistake(FILE.formatted("${env:PATH}")).isReported(3, 10, "'PATH' is not set");
    }

    @Test
    void file_is_read_without_its_last_line_end() throws IOException, ConfigException {
        assertEquals("demo:stock", urlIn("demo:stock\n"));
        assertEquals("demo:stock", urlIn("demo:stock\r\n"));
        assertEquals("demo:stock", urlIn("demo:stock"));
    }

    @Test
    void file_that_is_too_large_or_no_text_is_an_error() throws IOException {
        assertTrue(problemWith("x".repeat((64 << 10) + 1)).contains("is larger than 64KiB"));
        Files.write(directory.resolve("secret"), new byte[]{(byte) 0xff});
        assertTrue(problem().contains("is not UTF-8 text"));
    }

    @Test
    void secret_is_never_shown() throws IOException {
        for (String secret : new String[]{"swordfish", "http://swordfish/x?y", "http://h:swordfish",
                "demo:swordfish", "ftp://swordfish"}) {
            String message = problemWith(secret);
            assertFalse(message.contains("swordfish"), message);
            assertTrue(message.startsWith("routes.yaml:3:10: 'url' of downstream 'd' "), message);
        }
    }

    /// Returns what is wrong with a file whose one route has these parts.
    private static String problemOfParts(String parts) {
        String text = """
                downstreams: {d: {url: demo:stock}}
                routes:
                  - path: /r
                    deadline: 1s
                    parts:
                """ + parts.indent(6);
        return String
                .valueOf(assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml", text))
                        .getMessage());
    }

    @Test
    void secret_is_not_shown_in_the_place_of_others_either() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "swordfish");
        String message = problemOfParts("""
                p: {from: d, path: /, as: "${file:%s}"}
                q: {from: d, path: /, as: "${file:%s}", needs: ["${file:%s}"]}
                swordfish: {from: d, path: /}
                """.formatted(secret, secret, secret));

        assertFalse(message.contains("swordfish"), message);
        assertTrue(message.contains("***"), message);
    }

    @Test
    void secret_has_no_place_in_a_path_which_is_shown_in_metrics() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "swordfish");
        String message = problemOfParts("""
                p: {from: d, path: "/bot${file:%s}/x"}
                """.formatted(secret));

        assertTrue(message.startsWith("routes.yaml:6:26: 'path' of part 'p'"), message);
        assertTrue(message.contains("shown in metrics"), message);
    }

    @Test
    void unset_variable_has_no_other_consequences() {
        new Mistake("""
                downstreams: {d: {url: demo:stock, hedge: "${env:A}"}}
                routes:
                  - path: /r
                    deadline: 1s
                    parts:
                      p: {from: d, path: "/${env:B}/${id}", onFailure: fallback, fallback: ["${env:C}"]}
                """).problems().forEach(
                problem -> assertTrue(problem.message().contains("is not set"), problem::message));
    }

    @Test
    void value_behind_aliases_is_told_of_once_where_it_stands() {
        Mistake mistake = new Mistake("a: &a [x, \"${env:A}\"]\nb: *a\nc: {<<: {d: *a}}\n");

        mistake.isReportedAmongOthers(1, 11, "'A' is not set");
        assertEquals(1, mistake.problems().stream().filter(each -> each.message().contains("'A' is not set"))
                .count());
    }

    private String urlIn(String secret) throws IOException, ConfigException {
        Path file = Files.writeString(directory.resolve("secret"), secret);
        return ConfigReader.read("routes.yaml", FILE.formatted("${file:" + file + "}"))
                .downstreams()
                .values()
                .iterator()
                .next()
                .endpoints()
                .urls()
                .getFirst()
                .toString();
    }

    private String problemWith(String secret) throws IOException {
        Files.writeString(directory.resolve("secret"), secret);
        return problem();
    }

    private String problem() {
        String url = "${file:" + directory.resolve("secret") + "}";
        return assertThrows(ConfigException.class,
                () -> ConfigReader.read("routes.yaml", FILE.formatted(url))).getMessage();
    }
}
