package dev.structured.service;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.ConfigSchema;
import dev.structured.service.check.LoadedConfig;
import dev.structured.service.check.PlacedConfig;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.commands.CommandException;
import dev.structured.service.commands.Explanation;
import dev.structured.service.commands.OpenApi;
import dev.structured.service.commands.Specs;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.server.PublicUrls;
import dev.structured.service.yaml.ConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Runs the commands that read a configuration without serving it.
final class ConfigCommands {
    private static final int GOOD = 0;
    private static final int SPEC_FAILED = 1;
    /// The limit of a simulation's steps. One call takes about 60, and a batch may make thousands of calls.
    private static final String MOST_STEPS = "simulation.decisions";

    private ConfigCommands() {}

    /// Runs a command, with its output on stdout and warnings on stderr. Returns the exit code: 0, or 1 if a
    /// spec failed.
    ///
    /// @throws CommandException if the command cannot be run as asked
    static int run(Command.ConfigCommand command) throws ConfigException, CommandException {
        try (PrintStream out = standardOutput()) {
            return run(command, out);
        }
    }

    /// Opens stdout, in UTF-8 whatever the terminal's encoding, because programs read the output too.
    static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    }

    static int run(Command.ConfigCommand command, PrintStream out)
            throws ConfigException, CommandException {
        switch (command) {
            case Command.Check(@Nullable Path file) -> {
                LoadedConfig loaded = loaded(file);
                loaded.warnings().forEach(System.err::println);
                out.println(check(file, loaded.config()));
            }
            case Command.Explain(@Nullable Path file, @Nullable String route) ->
                out.print(explanation(file, route));
            case Command.OpenApi(@Nullable Path file) ->
                out.println(OpenApi.of(config(file)).toPrettyString());
            case Command.Test(@Nullable Path file, Path specs) -> {
                if (System.getProperty(MOST_STEPS) == null) System.setProperty(MOST_STEPS, "1000000");
                return Specs.run(config(file), specs, ScriptedReply::read, PublicUrls::refusal, out)
                        ? GOOD
                        : SPEC_FAILED;
            }
            case Command.Schema() -> out.println(ConfigSchema.schema().toPrettyString());
        }
        return GOOD;
    }

    private static String check(@Nullable Path file, ServiceConfig config) {
        return (file == null ? "demo" : file) + ": " + counted(config.routes().size(), "route") + ", "
                + counted(config.downstreams().size(), "downstream") + ": good";
    }

    private static String explanation(@Nullable Path file, @Nullable String route)
            throws ConfigException, CommandException {
        try {
            if (file == null) return Explanation.of(config(null), route);
            PlacedConfig placed = ConfigReader.placed(file);
            return Explanation.of(placed.config(), route, placed.places());
        } catch (CommandException e) {
            if (file != null) throw e;
            throw new CommandException(e.getMessage()
                    + "\nThese are the demo's routes; for another configuration: explain FILE ROUTE");
        }
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static ServiceConfig config(@Nullable Path file) throws ConfigException {
        return loaded(file).config();
    }

    private static LoadedConfig loaded(@Nullable Path file) throws ConfigException {
        return file == null ? ConfigReader.demo() : ConfigReader.read(file);
    }
}
