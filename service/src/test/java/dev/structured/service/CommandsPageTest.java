package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `docs/commands.md` shows is what is printed. `...` stands for lines that are left out.
class CommandsPageTest {
    private static final Pattern EXAMPLE = Pattern.compile("```console\n\\$ ./serve ([^\n]*)\n(.*?)```",
            Pattern.DOTALL);

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/commands.md"));
    }

    static Stream<List<String>> examples() throws IOException {
        return EXAMPLE.matcher(page()).results().map(found -> List.of(found.group(1), found.group(2)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_is_what_is_printed(List<String> example) throws Exception {
        String printed = printed(example.getFirst());
        int position = 0;
        for (String stretch : example.getLast().split("(?m)^\\.\\.\\.\n", -1)) {
            int found = printed.indexOf(stretch, position);
            assertTrue(found >= 0, () -> "Not printed:\n" + stretch + "but:\n" + printed);
            position = found + stretch.length();
        }
        if (!example.getLast().endsWith("...\n")) assertEquals(printed.length(), position, printed);
    }

    private static String printed(String line) throws Exception {
        List<String> args = Stream.of(line.split(" "))
                .map(word -> word.replaceFirst("^examples/", "../examples/"))
                .toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(0, ConfigCommands.run((Command.ConfigCommand) CommandLine.parse(args, Map.of()),
                new PrintStream(out, true, StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void every_command_has_a_section() throws IOException {
        String page = page();
        for (String command : ConfigCommandLine.COMMANDS)
            assertTrue(page.contains("\n## " + command + "\n"), command);
        for (String command : ToolCommandLine.COMMANDS)
            assertTrue(page.contains("\n## " + command + "\n"), command);
    }

    @Test
    void chart_on_the_page_is_the_beginning_of_the_demos() throws Exception {
        List<String> drawn = printed("explain /products/{id}").lines().toList();
        String chart = page().replaceAll("(?s).*```mermaid\n(.*?)```.*", "$1");
        assertTrue(drawn.containsAll(chart.lines().toList()), chart);
    }
}
