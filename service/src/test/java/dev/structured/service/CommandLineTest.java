package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.Command.Listen;
import dev.structured.service.config.DownstreamConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CommandLineTest {

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
        assertEquals(new Command.Serve(null, new Listen("127.0.0.1", 8080), new Listen("127.0.0.1", 9090)),
                parse());
    }

    @Test
    void flags_and_a_file_come_in_any_order() throws StartException {
        var expected = new Command.Serve(Path.of("my.yaml"), new Listen("::1", 1), new Listen("0.0.0.0", 2));
        assertEquals(expected,
                parse("--host", "::1", "my.yaml", "--port=1", "--admin-host=0.0.0.0", "--admin-port", "2"));
    }

    @Test
    void environment_moves_the_listeners() throws StartException {
        var environment = Map.of("HOST", "h", "PORT", "1", "ADMIN_HOST", "a", "ADMIN_PORT", "0");
        assertEquals(new Command.Serve(null, new Listen("h", 1), new Listen("a", 0)), serve(environment));
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
                        + " is not a port: give a number from 0 to 65535, where 0 means any free one.",
                refusal("--port", port));
    }

    @Test
    void bad_port_is_named_with_its_variable() {
        assertEquals(
                "ADMIN_PORT=x in the environment is not a port: give a number from 0 to 65535, where 0 means any "
                        + "free one.",
                refusal(Map.of("ADMIN_PORT", "x")));
    }

    @Test
    void negative_port_reads_as_a_missing_value() {
        assertEquals("--port needs a value behind it, as in '--port 8080'.", refusal("--port", "-1"));
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void flag_without_its_value_is_refused_with_an_example(Setting setting) {
        String expected = setting.flag() + " needs a value behind it, as in '" + setting.example() + "'.";
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
        assertEquals(new Command.Demo(List.of("catalog", "stock"), new Listen("0.0.0.0", 8081)),
                parse("demo", "catalog", "stock", "--host", "0.0.0.0", "--port", "8081"));
    }

    @Test
    void demo_without_names_means_all_of_them() throws StartException {
        assertEquals(new Command.Demo(DownstreamConfig.DEMOS, new Listen("127.0.0.1", 8080)), parse("demo"));
    }

    @Test
    void demos_need_as_many_ports_as_there_are() throws StartException {
        assertEquals(
                "5 demo downstreams take as many ports from 65532 upwards, and there is none above 65535; give a "
                        + "lower --port.",
                refusal("demo", "--port", "65532"));
        assertEquals(65_531,
                assertInstanceOf(Command.Demo.class, parse("demo", "--port", "65531")).listen().port());
    }

    @Test
    void demo_has_no_admin_listener() {
        assertEquals("Unknown flag '--admin-port'. --help lists all flags.",
                refusal("demo", "--admin-port", "1"));
    }

    @Test
    void unknown_demo_is_answered_with_the_nearest_one() {
        assertEquals(
                "There is no demo downstream 'catalgo'; did you mean 'catalog'? (there are catalog, pricing, stock, "
                        + "reviews, recommendations)",
                refusal("demo", "catalgo"));
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
