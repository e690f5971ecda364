package dev.structured.service;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the program was asked to do.
sealed interface Command {

    /// Print how to use the program.
    record Help() implements Command {}

    /// Print the version.
    record Version() implements Command {}

    /// Serve the routes of a file.
    ///
    /// @param file the configuration file; null for the embedded one
    /// @param pages where the public listener listens
    /// @param admin where the admin listener listens
    record Serve(@Nullable Path file, Listen pages, Listen admin) implements Command {}

    /// Serve demo downstreams and nothing else.
    ///
    /// @param names which ones; at least one
    /// @param listen where the first one listens; the others take the ports after it
    record Demo(List<String> names, Listen listen) implements Command {}

    /// Something that is done with a configuration, without serving it or asking anybody.
    sealed interface Offline extends Command {}

    /// Say whether a file is good.
    ///
    /// @param file null for the embedded one, here as below
    record Check(@Nullable Path file) implements Offline {}

    /// Say what a route does, and what it may cost.
    ///
    /// @param route its path, or its method and path; null for all of them, briefly
    record Explain(@Nullable Path file, @Nullable String route) implements Offline {}

    /// Run specs.
    ///
    /// @param specs a file or a folder
    record Test(@Nullable Path file, Path specs) implements Offline {}

    /// Print the JSON Schema of configuration files.
    record Schema() implements Offline {}

    /// Print the OpenAPI description of the routes.
    record OpenApi(@Nullable Path file) implements Offline {}

    /// Where to listen.
    ///
    /// @param host an address or name of this machine
    /// @param port the port; 0 means any free one
    record Listen(String host, int port) {}
}
