package dev.structured.service.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The path of a request, taken apart at its slashes.
final class PathSegments {
    private PathSegments() {}

    /// Returns the segments of `path`, still encoded, without an empty one at the end; null when it is no path.
    static @Nullable List<String> of(String path) {
        if (!path.startsWith("/")) return null;
        if (path.equals("/")) return List.of();
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        return List.of(path.substring(1, end).split("/", -1));
    }

    /// Returns `segment` with its percent escapes read as UTF-8. The server has refused those that are none.
    static String decode(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
