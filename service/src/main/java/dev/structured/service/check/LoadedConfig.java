package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.TextFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A configuration, and which text it is from.
///
/// @param file the file's name as it was given; null for the embedded configuration
/// @param hash the first digits of the SHA-256 of the text; secrets that it names by file are not in it
public record LoadedConfig(ServiceConfig config, @Nullable String file, String hash) {
    private static final int DIGITS = 12;

    /// Reads a file.
    ///
    /// @param environment what `${env:NAME}` stands for
    /// @throws ConfigException if it cannot be read, or something is wrong with it
    public static LoadedConfig of(Path file, Map<String, String> environment) throws ConfigException {
        String text = TextFile.text(file);
        return new LoadedConfig(ConfigReader.read(file.toString(), text, environment), file.toString(),
                hash(text));
    }

    /// Returns the configuration that the service comes with.
    public static LoadedConfig demo() {
        return new LoadedConfig(ConfigReader.demo(), null, "embedded");
    }

    /// Returns the [#hash()] that a file would have now.
    ///
    /// @throws ConfigException if it cannot be read
    public static String hash(Path file) throws ConfigException {
        return hash(TextFile.text(file));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
