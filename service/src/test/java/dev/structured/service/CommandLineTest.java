package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.ops.AdminPolicy;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    static final List<String> COMMANDS = ConfigCommandLine.COMMANDS;

    private static Command parse(String... args) throws StartException {
        return CommandLine.parse(List.of(args), Map.of());
    }

    private static Command.Serve serve(Map<String, String> environment, String... args)
            throws StartException {
        return assertInstanceOf(Command.Serve.class, CommandLine.parse(List.of(args), environment));
    }

    private static String refusal(Map<String, String> environment, String... args) {
        return assertThrows(StartException.class, () -> CommandLine.parse(List.of(args), environment))
                .getMessage();
    }

    private static String refusal(String... args) {
        return refusal(Map.of(), args);
    }

    @Test
    void nothing_means_the_demo_on_loopback() throws StartException {
        assertEquals(
                new Command.Serve(null, new ListenAddress("127.0.0.1", 8080),
                        new ListenAddress("127.0.0.1", 9090),
                        AdminPolicy.DEFAULT, LogFormat.TEXT),
                parse());
    }

    @Test
    void log_is_text_or_json() throws StartException {
        assertEquals(LogFormat.JSON, serve(Map.of(), "--log-format", "json").log());
        assertEquals(LogFormat.JSON, serve(Map.of("LOG_FORMAT", "json")).log());
        assertEquals(
                "'xml' is no form of the log; --log-format (or LOG_FORMAT in the environment) is text or "
                        + "json.",
                refusal("--log-format=xml"));
    }

    @Test
    void flags_and_a_file_come_in_any_order() throws StartException {
        var expected = new Command.Serve(Path.of("my.yaml"), new ListenAddress("::1", 1),
                new ListenAddress("0.0.0.0", 2),
                AdminPolicy.DEFAULT, LogFormat.TEXT);
        assertEquals(expected,
                parse("--host", "::1", "my.yaml", "--port=1", "--admin-host=0.0.0.0", "--admin-port", "2"));
    }

    @Test
    void environment_moves_the_listeners() throws StartException {
        var environment = Map.of("HOST", "h", "PORT", "1", "ADMIN_HOST", "a", "ADMIN_PORT", "0");
        assertEquals(
                new Command.Serve(null, new ListenAddress("h", 1), new ListenAddress("a", 0),
                        AdminPolicy.DEFAULT,
                        LogFormat.TEXT),
                serve(environment));
    }

    @Test
    void flag_wins_over_the_environment() throws StartException {
        assertEquals(2, serve(Map.of("PORT", "not a port"), "--port", "2").pages().port());
    }

    @Test
    void blank_variable_is_no_setting() throws StartException {
        assertEquals(8080, serve(Map.of("PORT", " ")).pages().port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "65536", "8080x", "1.5", "99999999999", "٣"})
    void bad_port_is_named_with_its_flag_and_the_rule(String port) {
        assertEquals(
                "--port " + port
                        + " is not a port: give a number from 0 to 65535, where 0 means any free port.",
                refusal("--port", port));
    }

    @Test
    void bad_port_is_named_with_its_variable() {
        assertEquals(
                "ADMIN_PORT=x in the environment is not a port: give a number from 0 to 65535, where 0 means "
                        + "any free port.",
                refusal(Map.of("ADMIN_PORT", "x")));
    }

    @Test
    void negative_port_reads_as_a_missing_value_unless_it_stands_behind_an_equals_sign() {
        assertEquals("--port needs a value, as in '--port 8080'.", refusal("--port", "-1"));
        assertEquals("--port -1 is not a port: give a number from 0 to 65535, where 0 means any free port.",
                refusal("--port=-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://metrics", "metrics:9090", "a b", "metrics/x"})
    void name_of_the_admin_listener_that_no_host_can_have_is_refused(String host) {
        assertEquals(
                "'" + host + "' is no name of the admin listener: ADMIN_HOSTS has names or addresses with "
                        + "commas, such as metrics.internal, without scheme and port; or * for any.",
                refusal("--admin-hosts", host));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void flag_without_its_value_is_refused_with_an_example(Setting setting) {
        String expected = setting.flag() + " needs a value, as in '" + setting.example() + "'.";
        assertEquals(expected, refusal(setting.flag()));
        assertEquals(expected, refusal(setting.flag() + "="));
        assertEquals(expected, refusal(setting.flag(), "--help-me"));
    }

    @Test
    void unknown_flag_is_answered_with_the_nearest_one() {
        assertEquals("Unknown flag '--prot'; did you mean '--port'? --help lists all flags.",
                refusal("--prot", "1"));
        assertEquals("Unknown flag '--verbose'. --help lists all flags.", refusal("--verbose"));
    }

    @Test
    void second_file_is_refused() {
        assertEquals("Two files were given, 'a.yaml' and 'b.yaml'; the service reads one.",
                refusal("a.yaml", "b.yaml"));
    }

    @Test
    void word_that_is_nearly_a_command_and_no_file_is_answered_with_the_command() throws StartException {
        assertEquals("There is no file 'chek'; did you mean 'check'?", refusal("chek"));
        assertEquals(Path.of("routes.yaml"), serve(Map.of(), "routes.yaml").file());
        assertEquals(Path.of("src"), serve(Map.of(), "src").file());
    }

    @Test
    void missing_file_of_the_token_is_named() {
        assertEquals(
                "The file of the admin listener's token, '/none', cannot be read (there is no such file): "
                        + "give a readable file with --admin-token-file or in ADMIN_TOKEN_FILE.",
                refusal("--admin-token-file", "/none"));
    }

    @Test
    void listeners_cannot_share_a_port() {
        assertEquals("Both listeners would use port 7000; give --port and --admin-port different numbers.",
                refusal("--port", "7000", "--admin-port", "7000"));
    }

    @Test
    void both_listeners_may_take_any_free_port() throws StartException {
        assertEquals(0, serve(Map.of(), "--port", "0", "--admin-port", "0").admin().port());
    }

    @Test
    void demo_serves_downstreams_only() throws StartException {
        assertEquals(new Command.Demo(List.of("catalog", "stock"), new ListenAddress("0.0.0.0", 8081)),
                parse("demo", "catalog", "stock", "--host", "0.0.0.0", "--port", "8081"));
    }

    @Test
    void demo_without_names_means_all_of_them() throws StartException {
        assertEquals(new Command.Demo(DownstreamConfig.DEMOS, new ListenAddress("127.0.0.1", 8080)),
                parse("demo"));
    }

    @Test
    void demos_need_as_many_ports_as_there_are() throws StartException {
        assertEquals(
                "12 demo downstreams need as many ports, starting at 65525, but the highest port is 65535; "
                        + "give a lower --port.",
                refusal("demo", "--port", "65525"));
        assertEquals(65_524,
                assertInstanceOf(Command.Demo.class, parse("demo", "--port", "65524")).listen().port());
    }

    @Test
    void demo_has_no_admin_listener() {
        assertEquals("Unknown flag '--admin-port'. --help lists all flags.",
                refusal("demo", "--admin-port", "1"));
    }

    @Test
    void unknown_demo_is_answered_with_the_nearest_one() {
        assertEquals(
                "There is no demo downstream 'catalgo'; did you mean 'catalog'? (there are catalog, pricing, "
                        + "stock, reviews, recommendations, users, orders, north, south, east, pricing-2, "
                        + "pricing-3)",
                refusal("demo", "catalgo"));
    }

    @Test
    void offline_commands_take_a_file_or_none() throws StartException {
        assertEquals(new Command.Check(Path.of("a.yaml")), parse("check", "a.yaml"));
        assertEquals(new Command.Check(null), parse("check"));
        assertEquals(new Command.Check(null), parse("check", "demo"));
        assertEquals(new Command.OpenApi(Path.of("./demo")), parse("openapi", "./demo"));
        assertEquals(new Command.Schema(), parse("schema"));
        assertEquals(new Command.Test(Path.of("a.yaml"), Path.of("specs")), parse("test", "a.yaml", "specs"));
        assertEquals(new Command.Test(null, Path.of("demo")), parse("test", "demo", "demo"));
    }

    @Test
    void file_that_is_called_like_a_command_is_given_with_its_folder() throws StartException {
        assertEquals(Path.of("./check"), serve(Map.of(), "./check").file());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                   | -        | -
            demo                | -        | -
            /products/{id}      | -        | /products/{id}
            GET /products/{id}  | -        | GET /products/{id}
            /etc/routes         | -        | /etc/routes
            /etc/routes.yaml    | /etc/routes.yaml | -
            /etc/routes.json    | /etc/routes.json | -
            routes              | routes   | -
            ./routes.d/file     | ./routes.d/file | -
            """)
    void one_word_to_explain_is_a_route_of_the_demo_if_it_looks_like_one(@Nullable String word,
            @Nullable Path file, @Nullable String route) throws StartException {
        assertEquals(new Command.Explain(file, route),
                word == null ? parse("explain") : parse("explain", word));
    }

    @Test
    void two_words_to_explain_are_a_file_and_a_route() throws StartException {
        assertEquals(new Command.Explain(Path.of("/etc/routes"), "/a.json"),
                parse("explain", "/etc/routes", "/a.json"));
        assertEquals(new Command.Explain(null, "x"), parse("explain", "demo", "x"));
    }

    @Test
    void offline_commands_refuse_what_they_do_not_take() {
        assertEquals("'check' has no flags, so '--port' is not allowed. --help lists its arguments.",
                refusal("check", "--port", "1"));
        assertEquals(
                "'explain' takes a file and a route; '/b' is too much. Quotes keep 'GET /path' together.",
                refusal("explain", "a.yaml", "GET", "/b"));
        assertEquals("'schema' takes nothing; 'a.yaml' is too much. Quotes keep 'GET /path' together.",
                refusal("schema", "a.yaml"));
        assertEquals(
                "'test' needs the configuration, and the file or folder of its specs, as in "
                        + "'test my-routes.yaml specs/'; the demo's configuration is called 'demo'.",
                refusal("test", "specs"));
    }

    @Test
    void misspelt_command_is_answered_with_the_nearest_one() {
        assertEquals(
                "Two files were given, 'chekc' and 'a.yaml'; the service reads one; did you mean 'check'?",
                refusal("chekc", "a.yaml"));
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void help_tells_each_command(String command) {
        assertTrue(CommandLine.help().contains("./serve " + command + " "), command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void help_wins_over_everything(String flag) throws StartException {
        assertEquals(new Command.Help(), parse("a", "b", "--bad", flag));
    }

    @Test
    void version_is_a_flag() throws StartException {
        assertEquals(new Command.Version(), parse("--version"));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void help_tells_each_setting_with_its_variable_and_default(Setting setting) throws StartException {
        String fallback = setting.example().substring(setting.flag().length() + 1);
        String line = CommandLine.help()
                .lines()
                .filter(text -> text.startsWith(setting.flag() + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(setting.flag() + " is not in the help"));
        assertTrue(line.matches(".*\\b" + setting + "\\b +" + fallback.replace(".", "\\.") + "\\b.*"), line);
    }
}
