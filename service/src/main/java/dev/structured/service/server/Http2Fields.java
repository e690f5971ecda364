package dev.structured.service.server;

import dev.structured.service.aggregate.HeaderField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpTokens;

/// What makes the head of a request over HTTP/2 malformed: fields of a connection of HTTP/1.1, whose meaning
/// the frames of HTTP/2 have taken over (RFC 9113, 8.2.2), a length that is no number, a method that is no
/// name. [Http2Host] has the host.
///
/// Jetty refuses `Connection` and most values of `TE`, and passes the others on; it takes `+5` and `-1` for
/// lengths, as [Long#parseLong(String)] does. A proxy or downstream behind it could take them for its own
/// framing, or read them otherwise.
final class Http2Fields {
    private static final String PROXY_CONNECTION = "proxy-connection";

    private Http2Fields() {}

    /// Returns true if this is the name of a method. Jetty takes almost any text for one, and the first line
    /// of a call over HTTP/1.1 begins with it: `GET /other` would ask for another path.
    static boolean isMethod(String text) {
        return !text.isEmpty() && text.chars().allMatch(Http2Fields::isInToken);
    }

    /// Returns true for a character of a token (RFC 9110, 5.6.2).
    private static boolean isInToken(int c) {
        HttpTokens.Token token = HttpTokens.getToken((char) c);
        return token != null && switch (token.getType()) {
            case ALPHA, DIGIT, TCHAR -> true;
            default -> false;
        };
    }

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
                .allMatch(field -> HeaderField.isNumber(field.getValue()));
    }
}
