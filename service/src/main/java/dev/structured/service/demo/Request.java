package dev.structured.service.demo;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request that a [DemoServer] has read.
///
/// @param method the method as it was sent
/// @param target the path and query as they were sent, still encoded
/// @param headers the last value of each field, by its name in lower case
/// @param body the body as Latin-1: each character is one byte
public record Request(String method, String target, Map<String, String> headers, String body) {

    /// Returns the path, still encoded.
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /// Returns the decoded values of a query parameter; empty if the parameter is absent.
    ///
    /// @throws IllegalArgumentException if a value is not correctly encoded
    public List<String> query(String name) {
        int query = target.indexOf('?');
        if (query < 0) return List.of();
        return Arrays.stream(target.substring(query + 1).split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }

    /// Returns the value of a header; null if the header is absent.
    ///
    /// @param name the header's name in lower case
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
