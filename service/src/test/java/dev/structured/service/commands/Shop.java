package dev.structured.service.commands;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A configuration with one of everything, and texts that are kept beside it.
final class Shop {
    static final Path FOLDER = Path.of("src/test/resources/commands");

    private Shop() {}

    static ServiceConfig config() {
        try {
            return ConfigReader.read(FOLDER.resolve("shop.yaml")).config();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    /// Returns a configuration whose downstream `d` has these keys, and whose routes these; the first one's
    /// path is `/r/{id}`.
    static ServiceConfig config(String downstream, String route, String... others) {
        StringBuilder text = new StringBuilder("""
                downstreams:
                  d: {url: "http://d.test", %s}
                routes:
                  - path: /r/{id}
                %s""".formatted(downstream, route.indent(4)));
        for (String other : others) text.append("  -\n").append(other.indent(4));
        try {
            return ConfigReader.read("routes.yaml", text.toString());
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    static RouteConfig route(String parts) {
        return config("", parts).routes().getFirst();
    }

    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
