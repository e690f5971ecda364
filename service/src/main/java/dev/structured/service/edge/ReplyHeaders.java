package dev.structured.service.edge;

import dev.structured.service.config.HeaderName;
import dev.structured.service.config.HeaderPolicy;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Headers of downstreams that a client gets. A downstream chooses their values, so they are looked at once
/// more: none breaks out of its line, and none speaks for the edge.
final class ReplyHeaders {
    /// In characters, all of them together. Far less than the server sends, which answers 500 to what is
    /// more.
    private static final int MOST = 8 * 1024;

    private ReplyHeaders() {}

    /// Returns those that are fit to be sent; without those that are too much.
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
        return HeaderName.isValid(name)
                && HeaderPolicy.whyNotReturned(name.toLowerCase(Locale.ROOT)) == null
                && value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
    }
}
