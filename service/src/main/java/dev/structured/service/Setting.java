package dev.structured.service;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A setting that the user may give as a flag, or as an environment variable with the constant's name. The
/// flag wins.
///
/// The file `help.txt` documents them; a test compares the two.
enum Setting {
    /// The address of the public listener.
    HOST("--host", "127.0.0.1"),
    /// The port of the public listener.
    PORT("--port", "8080"),
    /// The address of the admin listener; by default, only this machine can connect to it.
    ADMIN_HOST("--admin-host", "127.0.0.1"),
    /// The port of the admin listener.
    ADMIN_PORT("--admin-port", "9090"),
    /// The names under which clients may reach the admin listener besides loopback names.
    ADMIN_HOSTS("--admin-hosts", "none"),
    /// The file of the token that clients of the admin listener must send.
    ADMIN_TOKEN_FILE("--admin-token-file", "none"),
    /// Whether the admin listener refuses changes.
    ADMIN_READ_ONLY("--admin-read-only", "false"),
    /// The form of the log.
    LOG_FORMAT("--log-format", "text");

    /// The highest port.
    static final int MOST_PORT = 65_535;

    private final String flag;
    private final String fallback;

    Setting(String flag, String fallback) {
        this.flag = flag;
        this.fallback = fallback;
    }

    /// Returns the flag, including its dashes.
    String flag() {
        return flag;
    }

    /// Returns an example of the flag with a value.
    String example() {
        return flag + " " + fallback;
    }

    /// Returns the text to use.
    String text(Map<Setting, String> flags, Map<String, String> environment) {
        String given = given(flags, environment);
        return given == null ? fallback : given;
    }

    /// Returns the port to use.
    ///
    /// @throws StartException if the value is not a port
    int port(Map<Setting, String> flags, Map<String, String> environment) throws StartException {
        String text = text(flags, environment);
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_PORT) return Integer.parseInt(text);
        throw new StartException(source(text, flags)
                + " is not a port: give a number from 0 to 65535, where 0 means any free port.");
    }

    /// Returns true if the setting is `true`, and false if it is `false`.
    ///
    /// @throws StartException if the value is neither
    boolean isTrue(Map<Setting, String> flags, Map<String, String> environment) throws StartException {
        String text = text(flags, environment);
        if (text.equals("true") || text.equals("false")) return text.equals("true");
        throw new StartException(source(text, flags) + " is neither true nor false.");
    }

    private String source(String text, Map<Setting, String> flags) {
        return flags.containsKey(this) ? flag + " " + text : name() + "=" + text + " in the environment";
    }

    private @Nullable String given(Map<Setting, String> flags, Map<String, String> environment) {
        String flagged = flags.get(this);
        if (flagged != null) return flagged;
        String set = environment.get(name());
        return set == null || set.isBlank() ? null : set.strip();
    }
}
