package dev.structured.service.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

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
        return read(file.toString(), ConfigFile.text(file), environment);
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
        Problems problems = new Problems();
        Node root = YamlText.parse(text, problems);
        ServiceConfig config = root == null
                ? null
                : read(new Value(Section.WHOLE, new Outside(environment, problems).fill(root), problems));
        if (config == null || !problems.isEmpty()) throw new ConfigException(file, problems.inOrder());
        return config;
    }

    private static ServiceConfig read(Value root) {
        Places places = new Places();
        ServiceConfig config = new Binder(places).read(ServiceConfig.class, "", root);
        new Checks(config, places).run();
        return config;
    }
}
