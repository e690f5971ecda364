package dev.structured.service.yaml;

import org.jspecify.annotations.Nullable;

/// A problem of a configuration file.
///
/// @param file the name of the file, if it is another one than that which was asked for; otherwise null
/// @param line the line, from 1; 0 for the file as a whole (it does not exist, it cannot be read)
/// @param column the column in code points, from 1; 0 together with the line
/// @param message the mistake, the rule, and the fix
public record Problem(@Nullable String file, int line, int column, String message) {

    /// Returns a problem of the file as a whole.
    static Problem ofFile(String message) {
        return new Problem(null, 0, 0, message);
    }

    /// Returns the problem as one line of text, e.g. `routes.yaml:12:7: unknown key 'budgt'`.
    ///
    /// @param asked the name of the file that was asked for
    public String describe(String asked) {
        return (file == null ? asked : file) + (line == 0 ? "" : ":" + line + ":" + column) + ": " + message;
    }
}
