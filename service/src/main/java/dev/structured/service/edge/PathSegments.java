package dev.structured.service.edge;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The path of a request, taken apart at its slashes.
public final class PathSegments {
    private PathSegments() {}

    /// Returns the segments of `path`, still encoded, without an empty one at the end; null when it is no
    /// path.
    public static @Nullable List<String> of(String path) {
        if (!path.startsWith("/")) return null;
        if (path.equals("/")) return List.of();
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        return List.of(path.substring(1, end).split("/", -1));
    }

    /// Returns `segment` with its percent escapes read as UTF-8. The server has refused those that are none.
    public static String decode(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Jetty reads these literally in one place and as steps in the path in another; so might a downstream.
    ///
    /// @throws Refusal if a parameter of the path is a dot or two
    public static void checkParams(Map<String, String> params) throws Refusal {
        if (params.containsValue(".") || params.containsValue("..")) {
            throw new Refusal(EdgeProblems.dotSegment());
        }
    }
}
