package dev.structured.service.client;

/// The syntax of a path and query as they are sent. Both rules are checked for each call, so they are loops
/// and not regular expressions.
final class PathSyntax {
    /// The characters that RFC 3986 allows in a path and query, besides letters, digits and percent-escapes.
    private static final String MARKS = "-._~!$&'()*+,;=:@/?";
    private static final boolean[] ALLOWED = allowed();

    private PathSyntax() {}

    private static boolean[] allowed() {
        boolean[] allowed = new boolean[128];
        for (char c = 0; c < allowed.length; c++) {
            allowed[c] = isLetterOrDigit(c) || MARKS.indexOf(c) >= 0;
        }
        return allowed;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /// Returns true if the text begins with one slash, and not with two, and holds only what RFC 3986 allows
    /// in a path and query, with whole percent-escapes.
    static boolean isPath(String text) {
        int length = text.length();
        if (length == 0 || text.charAt(0) != '/' || (length > 1 && text.charAt(1) == '/')) return false;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= length || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) return false;
            } else if (c >= ALLOWED.length || !ALLOWED[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    /// Returns true if a segment of the path is `.` or `..`, even if the dots are escaped. Servers resolve
    /// `..`, and some `%2e%2e`, before they route, so a value could escape from its place. A query has no
    /// segments.
    static boolean hasDotSegment(String path) {
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        for (int slash = path.indexOf('/'); slash >= 0 && slash < end; slash = path.indexOf('/', slash + 1)) {
            if (isDotSegment(path, slash + 1, end)) return true;
        }
        return false;
    }

    private static boolean isDotSegment(String path, int start, int end) {
        int at = start;
        int dots = 0;
        while (at < end && dots < 3) {
            if (path.charAt(at) == '.') at++;
            else if (path.regionMatches(true, at, "%2e", 0, 3)) at += 3;
            else
                break;
            dots++;
        }
        return (dots == 1 || dots == 2) && (at >= end || path.charAt(at) == '/' || path.charAt(at) == ';');
    }
}
