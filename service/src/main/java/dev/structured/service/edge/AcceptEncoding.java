package dev.structured.service.edge;

import dev.structured.service.config.ContentCoding;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The encoding that a client prefers, by its header `Accept-Encoding` (RFC 9110, 12.5.3). Elements that
/// cannot be read are ignored.
///
/// @param coding the encoding among those offered; null to send the body as it is
/// @param plain whether the client takes the body as it is
record AcceptEncoding(@Nullable ContentCoding coding, boolean plain) {
    private static final AcceptEncoding PLAIN = new AcceptEncoding(null, true);
    private static final String ANY = "*";
    private static final String IDENTITY = "identity";

    /// Returns the preference of a client.
    ///
    /// @param header the values of all its `Accept-Encoding` headers; none means the body as it is
    /// @param offered the preferred one first
    static AcceptEncoding of(List<String> header, List<ContentCoding> offered) {
        if (header.isEmpty()) return PLAIN;
        Map<String, Integer> qualities = qualities(header);
        int any = qualities.getOrDefault(ANY, 0);
        ContentCoding best = null;
        int bestQuality = 0;
        for (ContentCoding each : offered) {
            int quality = qualities.getOrDefault(each.label(), any);
            if (quality > bestQuality) {
                best = each;
                bestQuality = quality;
            }
        }
        Integer identity = qualities.getOrDefault(IDENTITY, qualities.get(ANY));
        if (identity == null) return new AcceptEncoding(best, true);
        return new AcceptEncoding(identity > bestQuality ? null : best, identity > 0);
    }

    private static Map<String, Integer> qualities(List<String> header) {
        Map<String, Integer> qualities = new HashMap<>();
        for (String value : header) {
            for (String element : value.split(",", -1)) {
                String[] pieces = element.split(";", -1);
                String name = pieces[0].strip().toLowerCase(Locale.ROOT);
                int quality = Quality.of(pieces);
                if (!name.isEmpty() && quality >= 0) {
                    qualities.putIfAbsent(name.equals("x-gzip") ? "gzip" : name, quality);
                }
            }
        }
        return qualities;
    }
}
