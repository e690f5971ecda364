package dev.structured.service.ops;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What operators can do to the configuration while the service runs. Thread-safe.
public interface ConfigControl {
    /// Returns what is served now.
    Status status();

    /// Returns the routes that are served, as OpenAPI 3.1 in JSON.
    String openApi();

    /// Reads the file again, and serves what it says if nothing is wrong with it. Blocks for a moment.
    ///
    /// @param cause what asked for it, for the log
    /// @param dryRun true to only tell what would change
    Change reload(String cause, boolean dryRun);

    /// Serves the configuration again that was served before this one. A second time takes it back. Blocks for a moment.
    Change rollback();

    /// What is served.
    ///
    /// @param file the file's name as it was given; null for the embedded configuration
    /// @param hash the first digits of the SHA-256 of the file's text
    /// @param since when it was first served
    record Status(@Nullable String file, String hash, Instant since, int routes, int downstreams) {}

    /// What came of it.
    ///
    /// @param result what was done
    /// @param changes what is different, one line each
    /// @param problems why nothing was changed, one line each
    record Change(Result result, List<String> changes, List<String> problems) {
        public Change {
            changes = List.copyOf(changes);
            problems = List.copyOf(problems);
        }
    }

    /// What was done.
    enum Result {
        /// The new configuration is served.
        SERVED,
        /// Nothing is wrong with it, and it would be served if this were no dry run.
        WOULD_SERVE,
        /// It says the same as the one that is served.
        UNCHANGED,
        /// Something is wrong: nothing was changed.
        REFUSED;

        /// Returns the name for bodies and metrics.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
