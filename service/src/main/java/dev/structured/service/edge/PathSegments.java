package dev.structured.service.edge;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Splits the path of a request at its slashes.
final class PathSegments {
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");

    private PathSegments() {}

    /// Returns the segments of `path`, still encoded, without an empty one at the end; null if
    /// it does not start with a slash.
    static @Nullable List<String> of(String path) {
        if (!path.startsWith("/")) return null;
        if (path.equals("/")) return List.of();
        int end = path.endsWith("/") ? path.length() - 1 : path.length();
        return List.of(path.substring(1, end).split("/", -1));
    }

    /// Returns a path whose letters, digits, `-`, `.`, `_` and `~` are not escaped (RFC 3986, 6.2.2.2). The
    /// server has refused malformed escapes.
    static String plain(String path) {
        if (path.indexOf('%') < 0) return path;
        return ESCAPE.matcher(path).replaceAll(escape -> {
            char c = (char) Integer.parseInt(escape.group().substring(1), 16);
            return isPlain(c) ? String.valueOf(c) : Matcher.quoteReplacement(escape.group());
        });
    }

    private static boolean isPlain(char c) {
        return (c < 0x80 && Character.isLetterOrDigit(c)) || c == '-' || c == '_' || c == '~' || c == '.';
    }

    /// Returns `segment` with its percent escapes decoded as UTF-8. The server has refused malformed escapes.
    static String decode(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Refuses `.` and `..`, which one reader takes literally and another as steps in the path.
    ///
    /// @throws Refusal if a parameter of the path is one of them, or has one of them between its slashes
    static void checkParams(Map<String, String> params) throws Refusal {
        for (String value : params.values()) {
            for (String step : value.split("/", -1)) {
                if (step.equals(".") || step.equals("..")) throw new Refusal(EdgeProblems.dotSegment());
            }
        }
    }
}
