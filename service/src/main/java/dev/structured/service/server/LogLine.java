package dev.structured.service.server;

import java.util.List;

/// The fields of one line of the log, whose values cannot break out of the line: `key=value` pairs (logfmt),
/// or the members of a JSON object, without its braces.
final class LogLine {
    private static final int LONGEST = 512;

    private final LogFormat format;
    private final StringBuilder line = new StringBuilder(200);

    LogLine(LogFormat format) {
        this.format = format;
    }

    /// Returns milliseconds with one decimal, rounded.
    static String millis(long nanos) {
        long tenths = (nanos + 50_000) / 100_000;
        return tenths / 10 + "." + tenths % 10;
    }

    /// Adds a field; `key` is a constant of ours, `value` may come from outside.
    LogLine with(String key, String value) {
        key(key);
        append(value);
        return this;
    }

    /// Adds a field with a number.
    ///
    /// @param value written as in JSON
    LogLine withNumber(String key, String value) {
        key(key);
        line.append(value);
        return this;
    }

    /// Adds a field whose value is in the form of the line already.
    ///
    /// @param value made of names and numbers that cannot break out of the line
    LogLine withRaw(String key, String value) {
        return withNumber(key, value);
    }

    /// Adds a field with several values: `a,b`, or an array. Adds nothing if there are none.
    LogLine withAll(String key, List<String> values) {
        if (values.isEmpty()) return this;
        if (format == LogFormat.TEXT) return with(key, String.join(",", values));
        key(key);
        char before = '[';
        for (String value : values) {
            line.append(before);
            append(value);
            before = ',';
        }
        line.append(']');
        return this;
    }

    @Override
    public String toString() {
        return line.toString();
    }

    private void key(String key) {
        if (format == LogFormat.TEXT) {
            if (!line.isEmpty()) line.append(' ');
            line.append(key).append('=');
        } else {
            if (!line.isEmpty()) line.append(',');
            line.append('"').append(key).append("\":");
        }
    }

    private void append(String value) {
        String cut = value.length() > LONGEST ? begin(value) + "..." : value;
        if (format == LogFormat.TEXT && isPlain(cut)) {
            line.append(cut);
            return;
        }
        line.append('"');
        for (int i = 0; i < cut.length(); i++) appendQuoted(cut.charAt(i));
        line.append('"');
    }

    /// Cuts no pair of surrogates.
    private static String begin(String value) {
        return value.substring(0,
                Character.isHighSurrogate(value.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') return false;
        }
        return !value.isEmpty();
    }

    private void appendQuoted(char c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append(c);
        } else if (c >= ' ' && c < 0x7f) {
            line.append(c);
        } else {
            // Every control character and everything outside ASCII, so that no terminal or log reader is
            // misled.
            line.append("\\u").append(Character.forDigit(c >> 12 & 15, 16))
                    .append(Character.forDigit(c >> 8 & 15, 16))
                    .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
        }
    }
}
