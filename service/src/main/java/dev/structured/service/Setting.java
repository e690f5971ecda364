package dev.structured.service;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value that the user may give as a flag or in an environment variable of the constant's name. The flag wins.
///
/// The file `help.txt` tells users the same; a test compares.
enum Setting {
    /// Where the public listener listens.
    HOST("--host", "127.0.0.1"),
    /// Its port.
    PORT("--port", "8080"),
    /// Where the admin listener listens: nobody but this machine, unless the user says otherwise.
    ADMIN_HOST("--admin-host", "127.0.0.1"),
    /// Its port.
    ADMIN_PORT("--admin-port", "9090");

    /// The highest number that a port can have.
    static final int MOST_PORT = 65_535;

    private final String flag;
    private final String fallback;

    Setting(String flag, String fallback) {
        this.flag = flag;
        this.fallback = fallback;
    }

    /// Returns the flag, with its dashes.
    String flag() {
        return flag;
    }

    /// Returns the flag with a value, as one may write it.
    String example() {
        return flag + " " + fallback;
    }

    /// Returns the host to use.
    String host(Map<Setting, String> flags, Map<String, String> environment) {
        String given = given(flags, environment);
        return given == null ? fallback : given;
    }

    /// Returns the port to use.
    ///
    /// @throws StartException if what was given is not a port
    int port(Map<Setting, String> flags, Map<String, String> environment) throws StartException {
        String given = given(flags, environment);
        String text = given == null ? fallback : given;
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_PORT) return Integer.parseInt(text);
        String source = flags.containsKey(this)
                ? flag + " " + text
                : name() + "=" + text + " in the environment";
        throw new StartException(
                source + " is not a port: give a number from 0 to 65535, where 0 means any free one.");
    }

    private @Nullable String given(Map<Setting, String> flags, Map<String, String> environment) {
        String flagged = flags.get(this);
        if (flagged != null) return flagged;
        String set = environment.get(name());
        return set == null || set.isBlank() ? null : set.strip();
    }
}
