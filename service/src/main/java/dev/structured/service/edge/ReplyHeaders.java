package dev.structured.service.edge;

import dev.structured.service.aggregate.SetCookies;
import dev.structured.service.config.HeaderName;
import dev.structured.service.config.HeaderPolicy;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The headers of downstreams that a client gets. Their values come from outside, so they are checked again:
/// none may break out of its line, and none may replace a header of the edge.
final class ReplyHeaders {
    /// The limit for all of them together, in characters. It is far below the limit of the server, which
    /// would answer 500.
    private static final int MOST = 8 * 1024;

    private ReplyHeaders() {}

    /// Returns the headers that may be sent, up to the limit.
    static Map<String, String> sane(Map<String, String> headers) {
        Map<String, String> sane = new LinkedHashMap<>();
        int size = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            int more = header.getKey().length() + header.getValue().length();
            if (size + more > MOST || !isSane(header.getKey(), header.getValue())) continue;
            sane.put(header.getKey(), header.getValue());
            size += more;
        }
        return sane;
    }

    private static boolean isSane(String name, String value) {
        if (name.equals(SetCookies.NAME)) { // the route has chosen these by their names
            return SetCookies.values(value).stream().allMatch(ReplyHeaders::isSane);
        }
        return HeaderName.isValid(name)
                && HeaderPolicy.whyNotReturned(name.toLowerCase(Locale.ROOT)) == null && isSane(value);
    }

    private static boolean isSane(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
    }
}
