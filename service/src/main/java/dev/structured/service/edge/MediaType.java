package dev.structured.service.edge;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A media type with its charset, from the header `Content-Type` (RFC 9110, 8.3.1).
///
/// @param name type and subtype, in lower case
/// @param charset in lower case; null without one
record MediaType(String name, @Nullable String charset) {
    private static final String CHARSET = "charset=";

    /// Returns the media type that a header names. Parameters other than the charset are ignored.
    static MediaType parse(String header) {
        String[] pieces = header.split(";", -1);
        String charset = null;
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i].strip().toLowerCase(Locale.ROOT);
            if (piece.startsWith(CHARSET)) charset = unquoted(piece.substring(CHARSET.length()).strip());
        }
        return new MediaType(pieces[0].strip().toLowerCase(Locale.ROOT), charset);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
