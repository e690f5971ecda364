package dev.structured.service;

import dev.structured.service.config.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Parses the commands that do not serve (check, explain, …). They take arguments but no flags.
///
/// The file may be left out or be `demo`; both mean the embedded configuration.
final class ConfigCommandLine {
    /// The names of the commands. A file of the same name is written with its folder: `./check`.
    static final List<String> COMMANDS = List.of("check", "explain", "test", "schema", "openapi");

    private static final String DEMO = "demo";
    private static final Pattern FILE_ENDING = Pattern.compile(".*\\.(ya?ml|json)");
    private static final Pattern ROUTE = Pattern.compile("(("
            + Arrays.stream(Method.values()).map(Method::name).collect(Collectors.joining("|")) + ") +)?/.*");

    private final String command;
    private final List<String> words;

    private ConfigCommandLine(String command, List<String> words) {
        this.command = command;
        this.words = words;
    }

    /// Returns the command.
    ///
    /// @param args the arguments after the command's name
    /// @throws StartException if an argument is wrong
    static Command.ConfigCommand parse(String command, List<String> args) throws StartException {
        for (String arg : args) {
            if (!arg.startsWith("-")) continue;
            throw new StartException(
                    "'" + command + "' has no flags, so '" + arg
                            + "' is not allowed. --help lists its arguments.");
        }
        return new ConfigCommandLine(command, new ArrayList<>(args)).parse();
    }

    private Command.ConfigCommand parse() throws StartException {
        return switch (command) {
            case "check" -> new Command.Check(file(most(1, "a file")));
            case "openapi" -> new Command.OpenApi(file(most(1, "a file")));
            case "explain" -> explain(most(2, "a file and a route"));
            case "test" -> test(most(2, "a file and its specs"));
            case "schema" -> {
                most(0, "nothing");
                yield new Command.Schema();
            }
            default -> throw new IllegalArgumentException("No such command: " + command);
        };
    }

    private List<String> most(int count, String takes) throws StartException {
        if (words.size() <= count) return words;
        throw new StartException("'" + command + "' takes " + takes + "; '" + words.get(count)
                + "' is too much. Quotes keep 'GET /path' together.");
    }

    private static @Nullable Path file(List<String> words) {
        return words.isEmpty() ? null : path(words.getFirst());
    }

    private static @Nullable Path path(String word) {
        return word.equals(DEMO) ? null : Path.of(word);
    }

    /// A single argument is a route of the demo if it looks like a route and not like a file.
    private static Command.Explain explain(List<String> words) {
        if (words.size() == 2) return new Command.Explain(path(words.get(0)), words.get(1));
        if (words.isEmpty()) return new Command.Explain(null, null);
        String word = words.getFirst();
        boolean route = ROUTE.matcher(word).matches() && !FILE_ENDING.matcher(word).matches();
        return route ? new Command.Explain(null, word) : new Command.Explain(path(word), null);
    }

    private static Command.Test test(List<String> words) throws StartException {
        if (words.size() == 2) return new Command.Test(path(words.get(0)), Path.of(words.get(1)));
        throw new StartException("'test' needs the configuration, and the file or folder of its specs, as in "
                + "'test my-routes.yaml specs/'; the demo's configuration is called 'demo'.");
    }
}
