package dev.structured.service;

import dev.structured.service.ops.AdminPolicy;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import dev.structured.service.terminal.Source;
import dev.structured.service.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The command that the program was given.
sealed interface Command {

    /// Print how to use the program.
    record Help() implements Command {}

    /// Print the version.
    record Version() implements Command {}

    /// Serve the routes of a file.
    ///
    /// @param file the configuration file; null for the embedded one
    /// @param pages the address of the public listener
    /// @param admin the address of the admin listener
    /// @param policy the rules for clients of the admin listener
    /// @param log the form of the log
    record Serve(@Nullable Path file, ListenAddress pages, ListenAddress admin, AdminPolicy policy,
            LogFormat log)
            implements
                Command {}

    /// Serve demo downstreams only.
    ///
    /// @param names the names of the downstreams; at least one
    /// @param listen the address of the first one; the others take the ports after it
    record Demo(List<String> names, ListenAddress listen) implements Command {}

    /// A command that reads a configuration, and neither serves it nor calls a downstream.
    sealed interface ConfigCommand extends Command {}

    /// Check a configuration.
    ///
    /// @param file the configuration file; null for the embedded one, here and below
    record Check(@Nullable Path file) implements ConfigCommand {}

    /// Explain the behaviour and the greatest cost of a route.
    ///
    /// @param route the route's path, or its method and path; null for a summary of all routes
    record Explain(@Nullable Path file, @Nullable String route) implements ConfigCommand {}

    /// Run specs.
    ///
    /// @param specs a file, or a folder of them
    record Test(@Nullable Path file, Path specs) implements ConfigCommand {}

    /// Print the JSON Schema of configuration files.
    record Schema() implements ConfigCommand {}

    /// Print the OpenAPI description of the routes.
    record OpenApi(@Nullable Path file) implements ConfigCommand {}

    /// A command that shows a running service, or a minute that a service has saved.
    sealed interface ToolCommand extends Command {}

    /// Show a service, refreshed continually.
    ///
    /// @param source the admin listener of the service, here and below
    record Top(Source source, Terminal.TopView view) implements ToolCommand {}

    /// Print the requests in flight.
    record Ps(Source source, Terminal.PsView view) implements ToolCommand {}

    /// Show a saved minute.
    ///
    /// @param file the saved minute
    /// @param port the port to show it on; 0 means any free port
    record Replay(Path file, int port) implements ToolCommand {}
}
