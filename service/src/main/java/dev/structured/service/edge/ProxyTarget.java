package dev.structured.service.edge;

import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RoutePath;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes the path and query for a downstream: those of the client, with another beginning of the path if the
/// route says so.
///
/// A path that the downstream could read as another one is refused: `.` and `..`, even if escaped, an escaped
/// slash unless the route allows it, and a backslash. Characters that are not valid in a URL are escaped.
final class ProxyTarget {
    private static final String LEGAL = "-._~!$&'()*+,;=:@/?";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ProxyTarget() {}

    /// Returns the path and query.
    ///
    /// @param own the route's path
    /// @param path as it was sent
    /// @param query as it was sent, without the question mark; null for none
    /// @throws Refusal if the path has more than one meaning
    static String of(RoutePath own, ProxyConfig proxy, String path, @Nullable String query) throws Refusal {
        String rest = rest(path, own.segments().size());
        check(path, proxy.encodedSlash());
        RoutePath other = proxy.path();
        String target = other == null ? path : other.beginning() + (own.isOpen() ? rest : "");
        String asked = target.isEmpty() ? "/" : encoded(target);
        return query == null ? asked : asked + "?" + encoded(query);
    }

    /// Returns the path after that many segments.
    private static String rest(String path, int segments) {
        int at = 0;
        for (int i = 0; i < segments && at >= 0; i++) at = path.indexOf('/', at + 1);
        return at < 0 ? "" : path.substring(at);
    }

    private static void check(String path, boolean encodedSlash) throws Refusal {
        String lower = path.toLowerCase(Locale.ROOT);
        for (String segment : lower.replace("%2f", "/").split("/", -1)) {
            String step = segment.replace("%2e", ".");
            int parameter = step.indexOf(';');
            String name = parameter < 0 ? step : step.substring(0, parameter);
            if (name.equals(".") || name.equals("..")) throw new Refusal(EdgeProblems.dotSegment());
        }
        boolean slash = lower.contains("%2f") && !encodedSlash;
        if (slash || lower.contains("%5c") || lower.indexOf('\\') >= 0) {
            throw new Refusal(EdgeProblems.encodedSlash());
        }
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        int next;
        for (int i = 0; i < text.length(); i += Character.charCount(next)) {
            next = text.codePointAt(i);
            if (isLegal(text, i, next)) encoded.append((char) next);
            else
                escape(next, encoded);
        }
        return encoded.toString();
    }

    private static void escape(int character, StringBuilder out) {
        for (byte each : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            out.append('%').append(HEX.toHexDigits(each));
        }
    }

    private static boolean isLegal(String text, int at, int next) {
        if (next == '%') {
            return at + 2 < text.length() && HexFormat.isHexDigit(text.charAt(at + 1))
                    && HexFormat.isHexDigit(text.charAt(at + 2));
        }
        return next < 0x80 && (Character.isLetterOrDigit(next) || LEGAL.indexOf(next) >= 0);
    }
}
