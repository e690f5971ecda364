package dev.structured.service.server;

/// One line of `key=value` pairs (logfmt) whose values cannot break out of the line.
final class LogLine {
    private static final int LONGEST = 512;

    private final StringBuilder line = new StringBuilder(160);

    /// Adds a pair; `key` is a constant of ours, `value` may come from outside.
    LogLine with(String key, Object value) {
        if (!line.isEmpty()) line.append(' ');
        line.append(key).append('=');
        append(value.toString());
        return this;
    }

    @Override
    public String toString() {
        return line.toString();
    }

    private void append(String value) {
        String cut = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
        if (isPlain(cut)) {
            line.append(cut);
            return;
        }
        line.append('"');
        cut.chars().forEach(this::appendQuoted);
        line.append('"');
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=');
    }

    private void appendQuoted(int c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append((char) c);
        } else if (c >= ' ' && c < 0x7f) {
            line.append((char) c);
        } else {
            // Every control character and everything outside ASCII, so that no terminal or log reader is
            // misled.
            line.append("\\u").append(Character.forDigit(c >> 12 & 15, 16))
                    .append(Character.forDigit(c >> 8 & 15, 16))
                    .append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
        }
    }
}
