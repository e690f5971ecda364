package dev.structured.service.edge;

import java.util.regex.Pattern;

/// Values of structured header fields (RFC 9651).
final class StructuredField {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*");

    private StructuredField() {}

    /// Returns `text` as a token if it can be one, otherwise as a string.
    static String tokenOrString(String text) {
        return TOKEN.matcher(text).matches() ? text : string(text);
    }

    /// Returns `text` as a string in quotes; characters that it cannot hold become `?`.
    static String string(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') quoted.append('\\');
            quoted.append(c >= ' ' && c < 0x7f ? (char) c : '?');
        });
        return quoted.append('"').toString();
    }
}
