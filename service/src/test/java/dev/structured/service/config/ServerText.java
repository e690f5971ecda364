package dev.structured.service.config;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.yaml.ConfigException;

/// Reads the section `server` as it stands in a file.
public final class ServerText {
    private ServerText() {}

    /// Returns the section; keys that are not given have the file's presets.
    ///
    /// @param keys one a line, such as `maxBody: 1KiB`
    public static ServerConfig read(String... keys) {
        String section = keys.length == 0 ? "{}" : "\n  " + String.join("\n", keys).replace("\n", "\n  ");
        try {
            return ConfigReader.read("test.yaml", """
                    downstreams: {d: {url: "http://127.0.0.1:1"}}
                    routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /}}}]
                    server: %s
                    """.formatted(section)).server();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
