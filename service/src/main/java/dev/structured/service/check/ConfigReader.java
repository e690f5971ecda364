package dev.structured.service.check;

import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.ReadFiles;
import dev.structured.service.yaml.RecordFile;
import dev.structured.service.yaml.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

    /// Reads a file of UTF-8 text, with those that it includes.
    ///
    /// @param environment the values of `${env:NAME}`
    /// @throws ConfigException if a file cannot be read or is invalid
    public static LoadedConfig read(Path file, Map<String, String> environment) throws ConfigException {
        return read(file, environment, new ReadFiles());
    }

    /// Reads a file of UTF-8 text, with those that it includes.
    ///
    /// @param environment the values of `${env:NAME}`
    /// @param read is told of the files that are read, also if one of them is invalid
    /// @throws ConfigException if a file cannot be read or is invalid
    public static LoadedConfig read(Path file, Map<String, String> environment, ReadFiles read)
            throws ConfigException {
        RecordFile<ServiceConfig> whole = checked(file.toString(), TextFile.text(file, read), true,
                environment,
                read);
        return new LoadedConfig(whole.records().getFirst(), file.toString(),
                read.hash().substring(0, HASH_DIGITS), read, whole.warnings());
    }

    /// Reads a file of UTF-8 text, with this process's environment variables, and keeps the places of its
    /// records.
    ///
    /// @throws ConfigException if a file cannot be read or is invalid
    public static PlacedConfig placed(Path file) throws ConfigException {
        ReadFiles read = new ReadFiles();
        RecordFile<ServiceConfig> whole = checked(file.toString(), TextFile.text(file, read), true,
                System.getenv(), read);
        return new PlacedConfig(whole.records().getFirst(), whole.places());
    }

    /// Reads the embedded configuration: a product page made of the demo downstreams.
    public static LoadedConfig demo() {
        try (InputStream in = Objects.requireNonNull(ConfigReader.class.getResourceAsStream("/" + DEMO),
                DEMO)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new LoadedConfig(read(DEMO, text), null, "embedded", new ReadFiles(), List.of());
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
        return checked(file, text, false, environment, new ReadFiles()).records().getFirst();
    }

    private static RecordFile<ServiceConfig> checked(String file, String text, boolean inFile,
            Map<String, String> environment, ReadFiles read) throws ConfigException {
        RecordFile<ServiceConfig> whole = RecordFile.whole(file, text, inFile, ServiceConfig.class,
                environment,
                read);
        whole.records().forEach(config -> new Checks(config, whole.places()).run());
        whole.check();
        return whole;
    }
}
