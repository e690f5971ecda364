package dev.structured.service.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Headers of downstreams that a client gets. A downstream chooses their values, so they are looked at once more: none
/// breaks out of its line, and none speaks for the edge.
final class ReplyHeaders {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}");
    private static final Set<String> OURS = Set.of("connection", "keep-alive", "proxy-connection", "te",
            "trailer", "transfer-encoding", "upgrade", "content-length", "content-type", "content-encoding",
            "content-range", "date", "server", "cache-control", "vary", "x-parts", "proxy-status",
            "x-request-id");

    private ReplyHeaders() {}

    /// Returns those that are fit to be sent.
    static Map<String, String> sane(Map<String, String> headers) {
        Map<String, String> sane = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (isSane(name, value)) sane.put(name, value);
        });
        return sane;
    }

    private static boolean isSane(String name, String value) {
        return NAME.matcher(name).matches()
                && !OURS.contains(name.toLowerCase(Locale.ROOT))
                && value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
    }
}
