package dev.structured.service;

import dev.structured.service.terminal.Source;
import dev.structured.service.terminal.Terminal;
import dev.structured.service.yaml.Suggestion;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses the commands that show a running service, or a minute that a service has saved: `top`, `ps`,
/// `replay`.
final class ToolCommandLine {
    /// The names of the commands. A file of the same name is written with its folder: `./top`.
    static final List<String> COMMANDS = List.of("top", "ps", "replay");

    private static final String ON = "true";
    /// The flags of each command; those that end with `=` need a value.
    private static final Map<String, List<String>> FLAGS = Map.of( //
            "top", List.of("--once", "--interval=", "--sort-by=", "--format="), //
            "ps", List.of("--route=", "--quiet", "--format="), //
            "replay", List.of("--port="));
    private static final Map<String, String> SHORT = Map.of("-q", "--quiet");
    private static final int MOST_SECONDS = 3_600;

    private final String command;
    private final Map<String, String> environment;
    private final Map<String, String> flags = new HashMap<>();
    private final List<String> words = new ArrayList<>();

    private ToolCommandLine(String command, Map<String, String> environment) {
        this.command = command;
        this.environment = environment;
    }

    /// Returns the command.
    ///
    /// @param args the arguments after the command's name
    /// @throws StartException if an argument is wrong
    static Command.ToolCommand parse(String command, List<String> args, Map<String, String> environment)
            throws StartException {
        ToolCommandLine line = new ToolCommandLine(command, environment);
        line.read(args);
        return switch (command) {
            case "top" -> line.top();
            case "ps" -> new Command.Ps(line.source(), new Terminal.PsView(line.flags.get("--route"),
                    line.flags.containsKey("--quiet"), line.isJson()));
            case "replay" -> line.replay();
            default -> throw new IllegalArgumentException("No such command: " + command);
        };
    }

    private void read(List<String> args) throws StartException {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("-")) {
                words.add(arg);
                continue;
            }
            int equals = arg.indexOf('=');
            String given = equals < 0 ? arg : arg.substring(0, equals);
            String name = SHORT.getOrDefault(given, given);
            List<String> known = FLAGS.getOrDefault(command, List.of());
            if (known.contains(name + "=")) {
                String value = equals >= 0
                        ? arg.substring(equals + 1)
                        : i + 1 < args.size() ? args.get(++i) : "";
                if (value.isBlank()) throw new StartException(name + " needs a value.");
                flags.put(name, value);
            } else if (known.contains(name) && equals < 0) {
                flags.put(name, ON);
            } else {
                throw unknown(given, known);
            }
        }
    }

    private StartException unknown(String name, List<String> known) {
        List<String> names = known.stream().map(each -> each.replace("=", "")).toList();
        String hint = Suggestion.hint(name, names);
        return new StartException("'" + command + "' has no flag '" + name + "'"
                + (hint.isEmpty() ? "; it has " + String.join(", ", names) + "." : hint));
    }

    private Command.Top top() throws StartException {
        String order = flags.getOrDefault("--sort-by", "rate");
        if (!Terminal.TopView.ORDERS.contains(order)) {
            String hint = Suggestion.hint(order, Terminal.TopView.ORDERS);
            throw new StartException("--sort-by " + order + ": it is "
                    + String.join(", ", Terminal.TopView.ORDERS) + (hint.isEmpty() ? "." : hint));
        }
        return new Command.Top(source(),
                new Terminal.TopView(flags.containsKey("--once"), interval(), order, isJson()));
    }

    private Duration interval() throws StartException {
        String text = flags.getOrDefault("--interval", "1");
        String number = text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
        if (number.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
            double seconds = Double.parseDouble(number);
            if (seconds >= 0.1 && seconds <= MOST_SECONDS) {
                return Duration.ofMillis(Math.round(seconds * 1_000));
            }
        }
        throw new StartException("--interval " + text + ": it is a number of seconds, from 0.1 to "
                + MOST_SECONDS + ".");
    }

    private boolean isJson() throws StartException {
        String format = flags.getOrDefault("--format", "text");
        if (format.equals("json") || format.equals("text")) return format.equals("json");
        throw new StartException("--format " + format + ": it is text or json.");
    }

    private Source source() throws StartException {
        if (words.size() > 1) {
            throw new StartException("'" + command + "' takes the address of one admin listener; '"
                    + words.get(1) + "' is too much.");
        }
        return new Source(words.isEmpty() ? preset() : url(words.getFirst()),
                AdminSettings.policy(Map.of(), environment).token());
    }

    private URI preset() throws StartException {
        return URI.create("http://127.0.0.1:" + Setting.ADMIN_PORT.port(Map.of(), environment));
    }

    /// An address may lack its `http://`, and may be a port of this machine alone.
    private static URI url(String word) throws StartException {
        String text = word.matches("[0-9]{1,5}") ? "127.0.0.1:" + word : word;
        try {
            URI url = new URI(text.contains("://") ? text : "http://" + text);
            boolean good = url.getHost() != null && url.getUserInfo() == null
                    && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
            if (good) return new URI(url.getScheme(), null, url.getHost(), url.getPort(), null, null, null);
        } catch (URISyntaxException e) {
            // told below
        }
        throw new StartException("'" + word + "' is no address of an admin listener, such as "
                + "http://127.0.0.1:9090, or 9090 for a port of this machine.");
    }

    private @Nullable String only() {
        return words.size() == 1 ? words.getFirst() : null;
    }

    private Command.Replay replay() throws StartException {
        String file = only();
        if (file == null) {
            throw new StartException("'replay' needs one file, which the page or GET /minute.ndjson of the "
                    + "admin listener has saved, as in 'replay minute.ndjson'.");
        }
        int port = Setting.PORT.port(
                flags.containsKey("--port") ? Map.of(Setting.PORT, flags.get("--port")) : Map.of(),
                Map.of(Setting.PORT.name(), "0"));
        try {
            return new Command.Replay(Path.of(file), port);
        } catch (InvalidPathException e) {
            throw new StartException("'" + file + "' is no name of a file.");
        }
    }
}
