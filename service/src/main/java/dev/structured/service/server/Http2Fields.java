package dev.structured.service.server;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// The fields that make the head of a request over HTTP/2 malformed: those of a connection of HTTP/1.1, whose
/// meaning the frames of HTTP/2 have taken over (RFC 9113, 8.2.2), and a length that is no number.
///
/// Jetty refuses `Connection` and most values of `TE`, and passes the others on; it takes `+5` and `-1` for
/// lengths, as [Long#parseLong(String)] does. A proxy or downstream behind it could take them for its own
/// framing, or read them otherwise.
final class Http2Fields {
    private static final String PROXY_CONNECTION = "proxy-connection";

    private Http2Fields() {}

    /// Returns true if the head of a request has such a field.
    static boolean areMalformed(HttpFields fields) {
        return fields.contains(HttpHeader.TRANSFER_ENCODING) || fields.contains(HttpHeader.UPGRADE)
                || fields.contains(HttpHeader.KEEP_ALIVE) || fields.contains(HttpHeader.CONNECTION)
                || fields.contains(PROXY_CONNECTION) || !hasNumbers(fields);
    }

    /// Returns true if each length consists of digits.
    private static boolean hasNumbers(HttpFields fields) {
        if (!fields.contains(HttpHeader.CONTENT_LENGTH)) return true;
        return fields.stream().filter(field -> field.getHeader() == HttpHeader.CONTENT_LENGTH)
                .allMatch(field -> isNumber(field.getValue()));
    }

    private static boolean isNumber(@Nullable String text) {
        return text != null && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
