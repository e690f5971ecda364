package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.terminal.Source;
import dev.structured.service.terminal.Terminal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class ToolCommandLineTest {
    static final List<String> COMMANDS = ToolCommandLine.COMMANDS;
    private static final Source PRESET = new Source(URI.create("http://127.0.0.1:9090"), null);

    private static Command parse(String... args) throws StartException {
        return CommandLine.parse(List.of(args), Map.of());
    }

    private static String refusal(String... args) {
        return String.valueOf(assertThrows(StartException.class, () -> parse(args)).getMessage());
    }

    @Test
    void nothing_means_this_machine_and_a_look_a_second() throws StartException {
        assertEquals(new Command.Top(PRESET,
                new Terminal.TopView(false, Duration.ofSeconds(1), "rate", false)), parse("top"));
        assertEquals(new Command.Ps(PRESET, new Terminal.PsView(null, false, false)), parse("ps"));
        assertEquals(new Command.Replay(Path.of("a"), 0), parse("replay", "a"));
    }

    @Test
    void flags_come_in_any_order() throws StartException {
        assertEquals(new Command.Top(new Source(URI.create("http://h:1"), null),
                new Terminal.TopView(true, Duration.ofMillis(500), "p99", true)),
                parse("top", "--interval=0.5s", "h:1", "--once", "--sort-by", "p99", "--format", "json"));
        assertEquals(new Command.Ps(PRESET, new Terminal.PsView("/a", true, false)),
                parse("ps", "-q", "--route", "/a"));
        assertEquals(new Command.Replay(Path.of("a"), 8_000), parse("replay", "--port=8000", "a"));
    }

    @ParameterizedTest
    @CsvSource({"9191, http://127.0.0.1:9191", "h:1, http://h:1", "http://h:1/ui/#/x, http://h:1",
            "https://h, https://h", "[::1]:9090, http://[::1]:9090"})
    void address_may_be_short(String word, String url) throws StartException {
        assertEquals(new Source(URI.create(url), null),
                assertInstanceOf(Command.Ps.class, parse("ps", word)).source());
    }

    @Test
    void port_and_token_come_from_the_environment() throws StartException {
        Command.Ps ps = assertInstanceOf(Command.Ps.class, CommandLine.parse(List.of("ps"),
                Map.of("ADMIN_PORT", "9191", "ADMIN_TOKEN", "0123456789abcdef")));
        assertEquals(new Source(URI.create("http://127.0.0.1:9191"), "0123456789abcdef"), ps.source());
        assertTrue(!ps.toString().contains("0123456789abcdef"), "a token must not get into a log");
    }

    @Test
    void mistakes_are_told() {
        assertEquals("'top' has no flag '--intervall'; did you mean '--interval'?",
                refusal("top", "--intervall", "1"));
        assertEquals("'ps' has no flag '--once'; it has --route, --quiet, --format.",
                refusal("ps", "--once"));
        assertEquals("--interval needs a value.", refusal("top", "--interval"));
        assertEquals("--interval 0: it is a number of seconds, from 0.1 to 3600.",
                refusal("top", "--interval", "0"));
        assertEquals("--sort-by p9: it is rate, p99, in-flight, name; did you mean 'p99'?",
                refusal("top", "--sort-by", "p9"));
        assertEquals("--format yaml: it is text or json.", refusal("ps", "--format", "yaml"));
        assertEquals("'ps' takes the address of one admin listener; 'b' is too much.",
                refusal("ps", "a", "b"));
        assertTrue(refusal("ps", "ftp://a").startsWith("'ftp://a' is no address of an admin listener"));
        assertTrue(refusal("ps", "http://user@a").startsWith("'http://user@a' is no address"));
        assertTrue(refusal("replay").startsWith("'replay' needs one file"));
        assertTrue(refusal("replay", "a", "--port", "x").contains("is not a port"));
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void help_tells_each_command(String command) {
        assertTrue(CommandLine.help().contains("./serve " + command + " "), command);
    }
}
