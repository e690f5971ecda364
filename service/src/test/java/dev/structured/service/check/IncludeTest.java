package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Priority;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.ReadFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A configuration of several files.
final class IncludeTest {
    private static final String DOWNSTREAMS = "downstreams: {d: {url: 'http://h:1'}}\n";

    @TempDir
    private Path temporary;

    private Path folder;
    private Path top;

    @BeforeEach
    void inFolder() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("shop"));
        top = folder.resolve("routes.yaml");
    }

    private void put(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /// Writes the first file, which has a downstream and a route beside what it includes.
    private void include(String value) throws IOException {
        put("routes.yaml", "include: " + value + "\n" + DOWNSTREAMS + "routes: [" + route("/x") + "]\n");
    }

    private static String route(String path) {
        return "{path: " + path + ", deadline: 1s, parts: {p: {from: d, path: /x}}}";
    }

    private ServiceConfig read() throws ConfigException {
        return ConfigReader.read(top, Map.of("STAGE", "dev")).config();
    }

    /// Returns the message, with the folder left out.
    private String refused() {
        String message = String.valueOf(assertThrows(ConfigException.class, this::read).getMessage());
        return message.replace(folder + "/", "");
    }

    private void isRefused(String... words) {
        String message = refused();
        assertEquals(1, message.lines().count(), message);
        assertTrue(Arrays.stream(words).allMatch(message::contains), message);
    }

    private static List<String> paths(ServiceConfig config) {
        return config.routes().stream().map(RouteConfig::path).toList();
    }

    @Test
    void routes_are_joined_and_mappings_united() throws Exception {
        put("routes.yaml", """
                include: [common/a.yaml, common/b.yaml]
                edge: {securityHeaders: api}
                downstreams: {d: {url: 'http://h:1'}}
                routes: [%s]
                """.formatted(route("/own")));
        put("common/a.yaml",
                "edge: {apiKeyHeader: x-key}\nroutes: [" + route("/a1") + "," + route("/a2") + "]\n");
        put("common/b.yaml", "include: more/c.yaml\ndownstreams: {e: {url: 'http://h:2'}}\n");
        put("common/more/c.yaml", "routes: [" + route("/c") + "]\n");

        ServiceConfig config = read();

        assertEquals(List.of("/a1", "/a2", "/c", "/own"), paths(config));
        assertEquals(Set.of("d", "e"), config.downstreams().keySet());
        assertEquals("x-key", config.edge().apiKeyHeader());
    }

    @Test
    void file_is_chosen_by_a_variable_of_the_environment() throws Exception {
        put("routes.yaml", "include: ['stages/${env:STAGE}.yaml']\nroutes: [" + route("/own") + "]\n");
        put("stages/dev.yaml", DOWNSTREAMS);

        assertEquals(List.of("/own"), paths(read()));
    }

    @Test
    void one_file_and_several_that_say_the_same_are_equal() throws Exception {
        put("routes.yaml", "include: a.yaml\nroutes: [" + route("/own") + "]\n");
        put("a.yaml", DOWNSTREAMS);

        ServiceConfig one = ConfigReader.read("x", DOWNSTREAMS + "routes: [" + route("/own") + "]\n");
        assertEquals(one, read());
        assertEquals(List.of(), ConfigDiff.between(one, read()));
    }

    @Test
    void mistake_has_the_file_the_line_and_the_column() throws Exception {
        put("routes.yaml",
                "include: [common/a.yaml]\n" + DOWNSTREAMS + "routes: [" + route("/x") + "]\nmore: 1\n");
        put("common/a.yaml", "routes:\n  - path: /a\n    deadline: 1s\n    part: {}\n");

        assertEquals("""
                routes.yaml:4:1: unknown key 'more' in the configuration
                common/a.yaml:2:11: route '/a' has no 'parts'
                common/a.yaml:4:5: unknown key 'part' in route '/a'; did you mean 'parts'?""",
                refused().lines().map(line -> line.replaceAll(" \\(known.*|; add.*", ""))
                        .collect(Collectors.joining("\n")));
    }

    @Test
    void mistake_between_two_files_names_both() throws Exception {
        include("[a.yaml]");
        put("a.yaml", "\nroutes: [" + route("/x") + "]\n");

        isRefused("routes.yaml:3:17: 'path' of route '/x' matches the same requests as '/x' at a.yaml:2;");
    }

    @Test
    void broken_yaml_of_an_included_file_has_its_place() throws Exception {
        include("[a.yaml]");
        put("a.yaml", "routes: [a\n");

        isRefused("a.yaml:1:9: not valid YAML");
    }

    @Test
    void text_that_is_not_utf_8_has_its_place() throws Exception {
        include("[a.yaml]");
        Files.write(folder.resolve("a.yaml"), new byte[]{'#', '\n', '#', (byte) 0xff, '\n'});

        isRefused("a.yaml:2:2: the file is not UTF-8 text from here on");
    }

    @Test
    void downstreams_defaults_and_sections_are_completed_by_another_file() throws Exception {
        put("routes.yaml", """
                include: [a.yaml]
                edge: {cors: {origins: ["https://a.b"]}}
                defaults: {routes: {deadline: 2s}}
                downstreams: {d: {url: 'http://h:1', maxQueued: 7}}
                routes: [{path: /x, parts: {p: {from: d, path: /x}}}]
                """);
        put("a.yaml", """
                edge: {cors: {maxAge: 1s}}
                defaults: {routes: {priority: low}, downstreams: {coalesce: true}}
                downstreams: {d: {retry: {attempts: 4}}}
                """);

        ServiceConfig config = read();

        DownstreamConfig d = config.downstreams().get("d");
        assertEquals(List.of(7, 4), List.of(d.maxQueued(), d.retry().attempts()));
        assertTrue(d.coalesce());
        assertEquals(Duration.ofSeconds(1), config.edge().cors().maxAge());
        assertEquals(Priority.LOW, config.routes().getFirst().priority());
        assertEquals(Duration.ofSeconds(2), config.routes().getFirst().deadline());
    }

    /// Each row: what the first file says beside the included one, and what it says.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            edge: {apiKeyHeader: x-a}    | edge: {apiKeyHeader: x-b}  | routes.yaml:3:8: 'apiKeyHeader' of 'edge' is there a second time; it is already at a.yaml:1, and no file replaces what another one says
            edge: {cors: {origins: ["*"]}} | edge: {cors: {origins: ["*"]}} | routes.yaml:3:15: 'origins' of 'cors' of 'edge' is there a second time
            edge: {apiKeyHeader: x-a}    | edge: 3                    | routes.yaml:3:1: 'edge' is there a second time; it is already at a.yaml:1
            downstreams: {d: {maxQueued: 1, url: 'http://h:1'}} | downstreams: {d: {maxQueued: 1}} | routes.yaml:3:19: 'maxQueued' of 'd' of 'downstreams' is there a second time
            downstreams: {d: {retry: {base: 1ms}, url: 'http://h:1'}} | downstreams: {d: {retry: {attempts: 3}}} | routes.yaml:3:19: 'retry' of 'd' of 'downstreams' is there a second time
            defaults: {routes: {priority: low}} | defaults: {routes: {priority: low}} | routes.yaml:3:21: 'priority' of 'routes' of 'defaults' is there a second time
            """)
    void key_that_two_files_have_is_a_mistake(String own, String included, String words) throws Exception {
        String rest = own.startsWith("downstreams") ? "" : DOWNSTREAMS;
        put("routes.yaml", "include: [a.yaml]\nroutes: [" + route("/x") + "]\n" + own + "\n" + rest);
        put("a.yaml", included + "\n");

        assertTrue(refused().contains(words), refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.yaml", "/etc/passwd", "common/../../outside.yaml", "."})
    void path_that_leads_elsewhere_is_refused(String name) throws Exception {
        put("../outside.yaml", DOWNSTREAMS);
        include("['" + name + "']");

        String message = refused();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("routes.yaml:1:11: 'include' names '" + name + "'"), message);
    }

    @Test
    void link_that_leads_elsewhere_is_refused_and_one_within_the_folder_is_followed() throws Exception {
        put("../outside.yaml", DOWNSTREAMS);
        put("inside.yaml", DOWNSTREAMS);
        put("routes.yaml", "include: link.yaml\nroutes: [" + route("/x") + "]\n");
        Path link = folder.resolve("link.yaml");
        Files.createSymbolicLink(link, Path.of("../outside.yaml"));

        assertTrue(refused().contains(
                "routes.yaml:1:10: 'include' names 'link.yaml', a link to "
                        + temporary.toRealPath().resolve("outside.yaml")
                        + ", which is not below the folder of this file"));

        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("inside.yaml"));
        assertEquals(List.of("/x"), paths(read()));
    }

    @Test
    void variable_of_the_environment_cannot_lead_elsewhere() throws Exception {
        include("['stages/${env:STAGE}.yaml']");
        ConfigException refused = assertThrows(ConfigException.class,
                () -> ConfigReader.read(top, Map.of("STAGE", "../../outside")));

        assertTrue(String.valueOf(refused.getMessage()).contains("and below it only"), refused.getMessage());
    }

    @Test
    void secret_names_no_file() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "a.yaml");
        put("a.yaml", DOWNSTREAMS);
        include("['${file:" + secret + "}']");

        isRefused(
                "routes.yaml:1:11: file 1 of 'include' of the configuration must not come from a file, "
                        + "which is for secrets: it is shown in messages");
    }

    @Test
    void variable_that_is_not_set_is_told_once() throws Exception {
        include("['${env:NOBODY}.yaml']");

        isRefused("routes.yaml:1:11: the environment variable 'NOBODY' is not set");
    }

    @Test
    void missing_file_is_named_with_its_whole_path() throws Exception {
        include("[gone.yaml]");

        isRefused("routes.yaml:1:11: 'include' names 'gone.yaml', but there is no file gone.yaml; "
                + "create it, or correct the name");
    }

    @Test
    void circle_is_shown() throws Exception {
        include("[a.yaml]");
        put("a.yaml", "include: [b.yaml]\n");
        put("b.yaml", "include: [a.yaml]\n");

        isRefused(
                "b.yaml:1:11: 'include' names 'a.yaml', which includes this file: a.yaml → b.yaml → a.yaml;");
    }

    @Test
    void file_that_includes_itself_is_told() throws Exception {
        include("[routes.yaml]");

        isRefused("which includes this file: routes.yaml → routes.yaml;");
    }

    @Test
    void file_that_is_included_twice_is_told() throws Exception {
        include("[a.yaml, b.yaml]");
        put("a.yaml", "include: [b.yaml]\n");
        put("b.yaml", "edge: {apiKeyHeader: x-a}\n");

        isRefused(
                "routes.yaml:1:19: 'include' names 'b.yaml' a second time; it is already included at "
                        + "a.yaml:1;");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            - a   | which is no mapping; write 'routes:' or another key above it
            x     | which is no mapping
            """)
    void included_file_is_a_mapping(String text, String words) throws Exception {
        include("[a.yaml]");
        put("a.yaml", text);

        isRefused("routes.yaml:1:11: 'include' names 'a.yaml', " + words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}    | must be a list, not a mapping
            3     | must be text
            [[]]  | must be a single value, not a list
            ''    | must not be empty
            """)
    void what_names_no_file_is_told(String value, String words) throws Exception {
        include(value);

        assertTrue(refused().contains(words), refused());
    }

    @Test
    void text_that_is_in_no_file_includes_nothing() {
        new Mistake("include: a.yaml\n" + Mistake.GOOD).isReported(1, 10,
                "'include' needs a file that it counts from");
    }

    @Test
    void files_go_no_deeper_than_eight() throws Exception {
        include("f1.yaml");
        for (int i = 1; i < 12; i++) put("f" + i + ".yaml", "include: f" + (i + 1) + ".yaml\n");

        isRefused("f8.yaml:1:10: 'include' goes deeper than 8 files within each other");
    }

    @Test
    void anchors_of_a_file_end_with_it() throws Exception {
        put("routes.yaml",
                "include: [a.yaml]\nrate: *time\n" + DOWNSTREAMS + "routes: [" + route("/x") + "]\n");
        put("a.yaml", "x-a: &time 1s\n");

        assertTrue(refused().contains("routes.yaml:2:7: *time names no anchor that comes before it"),
                refused());
    }

    @Test
    void aliases_of_all_files_are_bounded_together() throws Exception {
        include("[a.yaml, b.yaml]");
        String many = "x-a: &many [" + "1,".repeat(599) + "1]\nx-b: &b [" + "*many,".repeat(100)
                + "*many]\nx-c: *b\n";
        put("a.yaml",
                many.replace("x-c: *b\n", "x-c: [*b]\n").replace("*many,".repeat(100), "*many,".repeat(70)));
        put("b.yaml", many.replace("*many,".repeat(100), "*many,".repeat(90)));

        assertTrue(refused().contains("is one alias too many"), refused());
    }

    @Test
    void hash_is_that_of_all_texts() throws Exception {
        put("routes.yaml", "include: [a.yaml]\nroutes: [" + route("/x") + "]\n");
        put("a.yaml", DOWNSTREAMS);
        String before = ConfigReader.read(top, Map.of()).hash();
        put("a.yaml", DOWNSTREAMS.replace(":1", ":2"));

        assertNotEquals(before, ConfigReader.read(top, Map.of()).hash());
    }

    @Test
    void files_know_whether_they_have_changed() throws Exception {
        Path secret = Files.writeString(folder.resolve("token"), "one");
        put("routes.yaml", "include: [a.yaml]\nroutes: [" + route("/x") + "]\n");
        put("a.yaml", "downstreams: {d: {url: 'http://h:1', headers: {x-a: '${file:" + secret + "}'}}}\n");

        ReadFiles files = ConfigReader.read(top, Map.of()).files();
        assertEquals(Set.of(top, folder.resolve("a.yaml"), secret), files.paths());
        assertEquals(List.of(folder.resolve("a.yaml").toString()), files.included());
        assertFalse(files.haveChanged());

        Files.writeString(secret, "two");
        assertTrue(files.haveChanged());
        Files.writeString(secret, "one");
        assertFalse(files.haveChanged());
        Files.delete(folder.resolve("a.yaml"));
        assertTrue(files.haveChanged());
    }

    @Test
    void missing_file_is_known_to_have_changed_when_it_is_there() throws Exception {
        put("routes.yaml", "include: [a.yaml]\nroutes: [" + route("/x") + "]\n");
        ReadFiles files = new ReadFiles();
        assertThrows(ConfigException.class, () -> ConfigReader.read(top, Map.of(), files));
        assertFalse(files.haveChanged());

        put("a.yaml", DOWNSTREAMS);

        assertTrue(files.haveChanged());
    }
}
