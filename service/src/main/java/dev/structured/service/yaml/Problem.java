package dev.structured.service.yaml;

/// A problem of a configuration file.
///
/// @param line the line, from 1; 0 for the file as a whole (it does not exist, it cannot be read)
/// @param column the column in code points, from 1; 0 together with the line
/// @param message the mistake, the rule, and the fix
public record Problem(int line, int column, String message) {

    /// Returns a problem of the file as a whole.
    static Problem ofFile(String message) {
        return new Problem(0, 0, message);
    }

    /// Returns the problem as one line of text, e.g. `routes.yaml:12:7: unknown key 'budgt'`.
    public String describe(String file) {
        return file + (line == 0 ? "" : ":" + line + ":" + column) + ": " + message;
    }
}
