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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads configuration files: YAML 1.2, of which JSON is a subset. Reports every problem of a file at once.
public final class ConfigReader {
    private static final String DEMO = "demo.yaml";
    private static final int MOST_ROUTES = 1_000;

    private ConfigReader() {}

    /// Reads a file of UTF-8 text.
    ///
    /// @throws ConfigException if it cannot be read, or something is wrong with it
    public static ServiceConfig read(Path file) throws ConfigException {
        return read(file.toString(), ConfigFile.text(file));
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

    /// Reads a text.
    ///
    /// @param file the name that messages give it
    /// @throws ConfigException if something is wrong with it
    public static ServiceConfig read(String file, String text) throws ConfigException {
        Problems problems = new Problems();
        Node root = YamlText.parse(text, problems);
        ServiceConfig config = root == null ? null : read(new Value("the configuration", root, problems));
        if (config == null || !problems.isEmpty()) throw new ConfigException(file, problems.inOrder());
        return config;
    }

    private static ServiceConfig read(Value root) {
        Section section = new Section(root, "server", "downstreams", "routes");
        Value server = section.find("server");
        Map<String, DownstreamConfig> downstreams = downstreams(
                section.need("downstreams", "add the servers that are asked, each with a 'url'"));
        return new ServiceConfig(
                server == null ? ServerConfig.DEFAULT : ServerReader.read(server),
                downstreams,
                routes(section.need("routes", "add at least one, with 'path', 'deadline' and 'parts'"),
                        downstreams.keySet()));
    }

    private static Map<String, DownstreamConfig> downstreams(@Nullable Value value) {
        return value == null ? Map.of() : DownstreamReader.readAll(value);
    }

    private static List<RouteConfig> routes(@Nullable Value value, Collection<String> downstreams) {
        if (value == null) return List.of();
        List<RouteReader.Read> routes = new ArrayList<>();
        for (Value route : value.list("route", 1, MOST_ROUTES)) {
            RouteReader.Read read = RouteReader.read(route, downstreams);
            routes.forEach(earlier -> compare(read, earlier));
            routes.add(read);
        }
        return routes.stream().map(RouteReader.Read::config).toList();
    }

    private static void compare(RouteReader.Read later, RouteReader.Read earlier) {
        if (later.path() == null || earlier.path() == null) return;
        String other = "'" + earlier.path().text() + "' at line " + Problems.line(earlier.place().node());
        switch (later.path().after(earlier.path())) {
            case SAME -> later.place()
                    .report("matches the same requests as " + other + "; remove one of the two routes");
            case LATER_IS_NARROWER -> later.place().report("can never be reached: " + other
                    + " comes first and matches its requests too; put the narrower route first");
            case CROSSED -> later.place().report("is ambiguous with " + other
                    + ": some requests match both, and neither is the narrower one; make their paths differ");
            case NONE, EARLIER_IS_NARROWER -> {
            }
        }
    }
}
