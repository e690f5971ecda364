package dev.structured.service.edge;

import dev.structured.service.config.ForwardedHeader;
import dev.structured.service.config.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The hops that proxies report, the first one first.
final class ForwardedHops {
    private static final String FOR = "for";
    private static final String UNKNOWN = "unknown";

    private ForwardedHops() {}

    /// A client or proxy before the service.
    ///
    /// @param address its address; null if it is not given, or cannot be read
    /// @param readable false if it cannot be read
    record Hop(@Nullable InetAddress address, boolean readable) {}

    /// Returns the hops in a request's headers.
    static List<Hop> of(Headers headers, ForwardedHeader believed) {
        List<Hop> hops = new ArrayList<>();
        for (String value : headers.values(believed.headerName())) {
            if (believed == ForwardedHeader.FORWARDED) {
                for (String element : split(value, ',')) forwarded(element, hops);
            } else {
                for (String element : value.split(",", -1))
                    if (!element.isBlank()) hops.add(hop(element.strip()));
            }
        }
        return hops;
    }

    private static void forwarded(String element, List<Hop> hops) {
        if (element.isBlank()) return;
        for (String pair : split(element, ';')) {
            int sign = pair.indexOf('=');
            if (sign < 0 || !pair.substring(0, sign).strip().toLowerCase(Locale.ROOT).equals(FOR)) continue;
            hops.add(hop(unquoted(pair.substring(sign + 1).strip())));
            return;
        }
        hops.add(new Hop(null, true));
    }

    /// Splits a text, but not within quotes. If a quote is left open, quotes mean nothing: the client may
    /// have sent it, to hide what proxies have added behind it.
    private static List<String> split(String text, char separator) {
        List<String> pieces = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') i++;
            else if (c == '"') quoted = !quoted;
            else if (c == separator && !quoted) {
                pieces.add(text.substring(from, i));
                from = i + 1;
            }
        }
        pieces.add(text.substring(from));
        return quoted ? List.of(text.split(String.valueOf(separator), -1)) : pieces;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1).replace("\\", "") : text;
    }

    /// Returns the hop of an address, with or without a port, or of an address that is hidden (RFC 7239, 6).
    private static Hop hop(String text) {
        if (text.equalsIgnoreCase(UNKNOWN) || text.startsWith("_")) return new Hop(null, true);
        InetAddress address = IpLiteral.parse(withoutPort(text));
        return new Hop(address, address != null);
    }

    private static String withoutPort(String text) {
        int colon = text.lastIndexOf(':');
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            boolean ends = end == text.length() - 1 || (end > 0 && end + 1 == colon && isPort(text, colon));
            return ends ? text.substring(1, end) : "";
        }
        boolean single = colon > 0 && text.indexOf(':') == colon;
        return single && isPort(text, colon) ? text.substring(0, colon) : text;
    }

    private static boolean isPort(String text, int colon) {
        return text.substring(colon + 1).matches("[0-9]{1,5}|_[A-Za-z0-9._-]+");
    }
}
