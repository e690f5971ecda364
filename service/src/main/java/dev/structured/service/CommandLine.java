package dev.structured.service;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import dev.structured.service.yaml.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Reads the command line and the environment.
final class CommandLine {

    private static final String DEMO = "demo";

    /// The settings of demo downstreams, which have no admin listener.
    private static final Set<Setting> DEMO_SETTINGS = EnumSet.of(Setting.HOST, Setting.PORT);

    private final Deque<String> args;
    private final Map<String, String> environment;
    private final Map<Setting, String> flags = new EnumMap<>(Setting.class);
    private final List<String> words = new ArrayList<>();

    private CommandLine(List<String> args, Map<String, String> environment) {
        this.args = new ArrayDeque<>(args);
        this.environment = environment;
    }

    /// Returns the command that the arguments ask for.
    ///
    /// @throws StartException if an argument is wrong
    static Command parse(List<String> args, Map<String, String> environment) throws StartException {
        if (args.contains("--help") || args.contains("-h")) return new Command.Help();
        if (args.contains("--version")) return new Command.Version();
        if (!args.isEmpty() && ConfigCommandLine.COMMANDS.contains(args.getFirst())) {
            return ConfigCommandLine.parse(args.getFirst(), args.subList(1, args.size()));
        }
        if (!args.isEmpty() && ToolCommandLine.COMMANDS.contains(args.getFirst())) {
            return ToolCommandLine.parse(args.getFirst(), args.subList(1, args.size()), environment);
        }
        boolean demo = !args.isEmpty() && args.getFirst().equals(DEMO);
        var line = new CommandLine(demo ? args.subList(1, args.size()) : args, environment);
        return demo ? line.demo() : line.serve();
    }

    /// Returns the text of `--help`. It is in a file so that the start script can print it before the service
    /// is built.
    static String help() {
        try (InputStream in = Objects.requireNonNull(CommandLine.class.getResourceAsStream("/help.txt"),
                "help.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Command serve() throws StartException {
        read(EnumSet.allOf(Setting.class));
        String hint = words.isEmpty() ? "" : commandHint(words.getFirst());
        if (words.size() > 1) {
            throw new StartException("Two files were given, '" + words.get(0) + "' and '" + words.get(1)
                    + "'; the service reads one" + (hint.isEmpty() ? "." : hint));
        }
        if (!hint.isEmpty() && !Files.exists(Path.of(words.getFirst())))
            throw new StartException("There is no file '" + words.getFirst() + "'" + hint);
        var pages = listen(Setting.HOST, Setting.PORT);
        var admin = listen(Setting.ADMIN_HOST, Setting.ADMIN_PORT);
        if (pages.equals(admin) && pages.port() != 0) {
            throw new StartException("Both listeners would use port " + pages.port()
                    + "; give --port and --admin-port different numbers.");
        }
        return new Command.Serve(words.isEmpty() ? null : Path.of(words.getFirst()), pages, admin,
                AdminSettings.policy(flags, environment), logFormat());
    }

    /// Returns the question whether a command was meant by a word that was given as a file; empty if the word
    /// is like none.
    private static String commandHint(String word) {
        List<String> commands = new ArrayList<>(ConfigCommandLine.COMMANDS);
        commands.addAll(ToolCommandLine.COMMANDS);
        return Suggestion.hint(word, commands);
    }

    private LogFormat logFormat() throws StartException {
        String name = Setting.LOG_FORMAT.text(flags, environment);
        LogFormat format = LogFormat.of(name);
        if (format != null) return format;
        throw new StartException("'" + name + "' is no form of the log; " + Setting.LOG_FORMAT.flag()
                + " (or LOG_FORMAT in the environment) is text or json.");
    }

    private Command demo() throws StartException {
        read(DEMO_SETTINGS);
        for (String name : words) {
            if (!DownstreamConfig.DEMOS.contains(name)) throw unknownDemo(name);
        }
        List<String> names = words.isEmpty() ? DownstreamConfig.DEMOS : List.copyOf(words);
        var listen = listen(Setting.HOST, Setting.PORT);
        if (listen.port() + names.size() - 1 > Setting.MOST_PORT) {
            throw new StartException(names.size() + " demo downstreams need as many ports, starting at "
                    + listen.port() + ", but the highest port is " + Setting.MOST_PORT
                    + "; give a lower --port.");
        }
        return new Command.Demo(names, listen);
    }

    private static StartException unknownDemo(String name) {
        return new StartException("There is no demo downstream '" + name + "'"
                + Suggestion.hint(name, DownstreamConfig.DEMOS) + " (there are "
                + String.join(", ", DownstreamConfig.DEMOS) + ")");
    }

    private ListenAddress listen(Setting host, Setting port) throws StartException {
        return new ListenAddress(host.text(flags, environment), port.port(flags, environment));
    }

    private void read(Set<Setting> known) throws StartException {
        while (!args.isEmpty()) {
            String arg = args.remove();
            if (arg.startsWith("-")) {
                flag(arg, known);
            } else {
                words.add(arg);
            }
        }
    }

    private void flag(String arg, Set<Setting> known) throws StartException {
        int equals = arg.indexOf('=');
        String name = equals < 0 ? arg : arg.substring(0, equals);
        Setting setting = find(name, known);
        String value = equals < 0 ? args.poll() : arg.substring(equals + 1);
        if (value == null || value.isBlank() || (equals < 0 && value.startsWith("-"))) {
            throw new StartException(name + " needs a value, as in '" + setting.example() + "'.");
        }
        flags.put(setting, value);
    }

    private static Setting find(String name, Set<Setting> known) throws StartException {
        for (Setting setting : known) {
            if (setting.flag().equals(name)) return setting;
        }
        var names = new ArrayList<>(known.stream().map(Setting::flag).toList());
        names.addAll(List.of("--help", "--version"));
        String hint = Suggestion.hint(name, names);
        throw new StartException("Unknown flag '" + name + "'" + (hint.isEmpty() ? "." : hint)
                + " --help lists all flags.");
    }
}
