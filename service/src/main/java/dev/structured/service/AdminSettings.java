package dev.structured.service;

import dev.structured.service.ops.AdminPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the rules for clients of the admin listener from the command line and the environment.
final class AdminSettings {
    /// The variable of the token itself. It has no flag, because other users of a machine can see command
    /// lines.
    private static final String TOKEN = "ADMIN_TOKEN";
    private static final int SHORTEST_TOKEN = 16;
    private static final String NONE = "none";
    /// A name, an address of version 4 or 6, or `*`.
    private static final Pattern HOST = Pattern
            .compile("\\*|[a-z0-9._-]+|\\[?[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*]?");

    private AdminSettings() {}

    /// Returns the rules.
    ///
    /// @throws StartException if a value is wrong, or the file of the token cannot be read
    static AdminPolicy policy(Map<Setting, String> flags, Map<String, String> environment)
            throws StartException {
        return new AdminPolicy(hosts(Setting.ADMIN_HOSTS.text(flags, environment)),
                token(Setting.ADMIN_TOKEN_FILE.text(flags, environment), environment.get(TOKEN)),
                Setting.ADMIN_READ_ONLY.isTrue(flags, environment));
    }

    private static Set<String> hosts(String list) throws StartException {
        if (list.equals(NONE)) return Set.of();
        Set<String> hosts = Arrays.stream(list.split(",", -1))
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .filter(host -> !host.isEmpty()).collect(Collectors.toSet());
        for (String host : hosts) {
            if (!HOST.matcher(host).matches())
                throw new StartException("'" + host + "' is no name of the admin listener: "
                        + Setting.ADMIN_HOSTS
                        + " has names or addresses with commas, such as metrics.internal, without scheme and "
                        + "port; or * for any.");
        }
        return hosts;
    }

    private static @Nullable String token(String file, @Nullable String given) throws StartException {
        boolean hasFile = !file.equals(NONE);
        if (given != null && hasFile) {
            throw new StartException("Both " + TOKEN + " and " + Setting.ADMIN_TOKEN_FILE
                    + " are set; set only one of them.");
        }
        if (given == null && !hasFile) return null;
        String token = given == null ? read(file) : given.strip();
        if (token.length() >= SHORTEST_TOKEN) return token;
        throw new StartException("The token of the admin listener has " + token.length()
                + " characters; it needs at least " + SHORTEST_TOKEN + ", as from 'openssl rand -hex 32'.");
    }

    private static String read(String file) throws StartException {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException e) {
            boolean missing = e instanceof NoSuchFileException || e instanceof InvalidPathException;
            throw new StartException("The file of the admin listener's token, '" + file
                    + "', cannot be read" + (missing ? " (there is no such file)" : "")
                    + ": give a readable file with "
                    + Setting.ADMIN_TOKEN_FILE.flag() + " or in " + Setting.ADMIN_TOKEN_FILE + ".");
        }
    }
}
