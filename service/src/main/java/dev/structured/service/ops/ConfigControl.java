package dev.structured.service.ops;

import dev.structured.service.config.Labelled;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Shows and changes the configuration while the service runs. Thread-safe.
public interface ConfigControl {
    /// Returns a description of the configuration that is served now.
    Status status();

    /// Returns the routes that are served, as OpenAPI 3.1 in JSON.
    String openApi();

    /// Reads the file again and serves it if it is valid. Blocks while the file is read and checked.
    ///
    /// @param cause the cause of the reload, for the log
    /// @param dryRun true to report the changes without making them
    Change reload(String cause, boolean dryRun);

    /// Serves the previous configuration again. A second rollback undoes the first. Blocks briefly.
    Change rollback();

    /// A description of the configuration that is served.
    ///
    /// @param file the file's name as it was given; null for the embedded configuration
    /// @param included the names of the files that it includes; often none
    /// @param hash the first digits of the SHA-256 of the text of all these files
    /// @param since the time since which it is served
    /// @param routes the number of routes
    /// @param downstreams the number of downstreams
    record Status(@Nullable String file, List<String> included, String hash, Instant since, int routes,
            int downstreams) {}

    /// The outcome of a reload or a rollback.
    ///
    /// @param result the kind of outcome
    /// @param changes the differences between the two configurations, and warnings, one a line
    /// @param problems the reasons why nothing was changed, one a line
    record Change(Result result, List<String> changes, List<String> problems) {
        public Change {
            changes = List.copyOf(changes);
            problems = List.copyOf(problems);
        }

        /// Returns the same outcome with the warnings among its changes.
        public Change withWarnings(List<String> warnings) {
            Stream<String> marked = warnings.stream().map(each -> "! " + each);
            return new Change(result, Stream.concat(changes.stream(), marked).toList(), problems);
        }
    }

    /// The kinds of outcome.
    enum Result implements Labelled {
        /// The new configuration is served.
        SERVED,
        /// The new configuration is valid, and would be served if this were not a dry run.
        WOULD_SERVE,
        /// The new configuration is equal to the one that is served.
        UNCHANGED,
        /// The new configuration is invalid; nothing was changed.
        REFUSED
    }
}
