package dev.structured.service.client;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.yaml.ConfigException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Configurations of one downstream, for tests, read from text as a file's would be.
public final class DownstreamText {
    private DownstreamText() {}

    /// Returns the configuration of a downstream; keys that are not given have the file's presets.
    ///
    /// @param keys each as in a file, e.g. `maxQueued: 3`, `cache: {freshFor: 1s}`; the last of several of
    ///     the same key counts
    public static DownstreamConfig read(String name, String... keys) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("url", "    url: http://" + name + "\n");
        if (Arrays.stream(keys).anyMatch(key -> key.matches("(urls|dns):.*"))) lines.clear();
        for (String key : keys) lines.put(key.substring(0, key.indexOf(':')), "    " + key + "\n");
        boolean shared = Arrays.stream(keys).anyMatch(key -> key.contains("shared: true"));
        String text = (shared ? "store: {url: redis://store}\n" : "") + """
                downstreams:
                  %s:
                %sroutes: [{path: /, deadline: 1s, parts: {it: {from: %s, path: /}}}]
                """.formatted(name, String.join("", lines.values()), name);
        try {
            return Objects.requireNonNull(ConfigReader.read("test.yaml", text).downstreams().get(name));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
