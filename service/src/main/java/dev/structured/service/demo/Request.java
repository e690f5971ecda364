package dev.structured.service.demo;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request that a [DemoServer] has read.
///
/// @param method as it came
/// @param target path and query, as they came: still encoded
/// @param headers the last value of each field, by its name in lower case
/// @param body Latin-1: one character is one byte
public record Request(String method, String target, Map<String, String> headers, String body) {

    /// Returns the path, still encoded.
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// Returns the values of a query parameter, decoded; empty when it is not there.
    ///
    /// @throws IllegalArgumentException if a value is badly encoded
    public List<String> query(String name) {
        int query = target.indexOf('?');
        if (query < 0) return List.of();
        return Arrays.stream(target.substring(query + 1).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }

    /// Returns a header's value; null when it is not there.
    ///
    /// @param name in lower case
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
