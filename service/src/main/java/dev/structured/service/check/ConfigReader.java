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
import java.util.Map;
import java.util.Objects;

/// Reads configuration files: YAML 1.2, of which JSON is a subset. Reports every problem of a file at once.
public final class ConfigReader {
    private static final String DEMO = "demo.yaml";

    private ConfigReader() {}

    /// Reads a file of UTF-8 text, with this process's environment variables.
    ///
    /// @throws ConfigException if it cannot be read, or something is wrong with it
    public static ServiceConfig read(Path file) throws ConfigException {
        return read(file, System.getenv());
    }

    /// Reads a file of UTF-8 text.
    ///
    /// @param environment what `${env:NAME}` stands for
    /// @throws ConfigException if it cannot be read, or something is wrong with it
    public static ServiceConfig read(Path file, Map<String, String> environment) throws ConfigException {
        return read(file.toString(), TextFile.text(file), environment);
    }

    /// Reads the configuration that the service comes with: a product page made of the embedded demo
    /// downstreams.
    public static ServiceConfig demo() {
        try (InputStream in = Objects.requireNonNull(ConfigReader.class.getResourceAsStream("/" + DEMO),
                DEMO)) {
            return read(DEMO, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (ConfigException e) {
            throw new IllegalStateException("The embedded configuration is broken:\n" + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a text, without any environment variables.
    ///
    /// @param file the name that messages give it
    /// @throws ConfigException if something is wrong with it
    public static ServiceConfig read(String file, String text) throws ConfigException {
        return read(file, text, Map.of());
    }

    /// Reads a text.
    ///
    /// @param file the name that messages give it
    /// @param environment what `${env:NAME}` stands for
    /// @throws ConfigException if something is wrong with it
    public static ServiceConfig read(String file, String text, Map<String, String> environment)
            throws ConfigException {
        RecordFile<ServiceConfig> read = RecordFile.whole(file, text, ServiceConfig.class, environment);
        read.records().forEach(config -> new Checks(config, read.places()).run());
        read.check();
        return read.records().getFirst();
    }
}
