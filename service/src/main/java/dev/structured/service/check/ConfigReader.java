package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.RecordFile;
import dev.structured.service.yaml.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/// Reads configurations: YAML 1.2, of which JSON is a subset. Reports every problem of a file at once.
public final class ConfigReader {
    private static final String DEMO = "demo.yaml";
    private static final int HASH_DIGITS = 12;

    private ConfigReader() {}

    /// Reads a file of UTF-8 text, with this process's environment variables.
    ///
    /// @throws ConfigException if the file cannot be read or is invalid
    public static LoadedConfig read(Path file) throws ConfigException {
        return read(file, System.getenv());
    }

    /// Reads a file of UTF-8 text.
    ///
    /// @param environment the values of `${env:NAME}`
    /// @throws ConfigException if the file cannot be read or is invalid
    public static LoadedConfig read(Path file, Map<String, String> environment) throws ConfigException {
        String text = TextFile.text(file);
        return new LoadedConfig(read(file.toString(), text, environment), file.toString(), hash(text));
    }

    /// Reads the embedded configuration: a product page made of the demo downstreams.
    public static LoadedConfig demo() {
        try (InputStream in = Objects.requireNonNull(ConfigReader.class.getResourceAsStream("/" + DEMO),
                DEMO)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new LoadedConfig(read(DEMO, text), null, "embedded");
        } catch (ConfigException e) {
            throw new IllegalStateException("The embedded configuration is broken:\n" + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a text, without any environment variables.
    ///
    /// @param file the name that messages give it
    /// @throws ConfigException if the text is invalid
    public static ServiceConfig read(String file, String text) throws ConfigException {
        return read(file, text, Map.of());
    }

    /// Reads a text.
    ///
    /// @param file the name that messages give it
    /// @param environment the values of `${env:NAME}`
    /// @throws ConfigException if the text is invalid
    public static ServiceConfig read(String file, String text, Map<String, String> environment)
            throws ConfigException {
        RecordFile<ServiceConfig> read = RecordFile.whole(file, text, ServiceConfig.class, environment);
        read.records().forEach(config -> new Checks(config, read.places()).run());
        read.check();
        return read.records().getFirst();
    }

    /// Returns the [LoadedConfig#hash()] that a file would have if it were read now.
    ///
    /// @throws ConfigException if the file cannot be read
    public static String hash(Path file) throws ConfigException {
        return hash(TextFile.text(file));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
