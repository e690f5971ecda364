package dev.structured.service.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/// Values of the JSON as text for a terminal.
final class Figures {
    private Figures() {}

    /// Returns a text that cannot steer the terminal.
    static String text(JsonNode node) {
        String text = node.asText();
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            clean.append(Character.isISOControl(each) ? '?' : each);
        }
        return clean.toString();
    }

    /// Returns a time such as `41 ms` or `14 s`.
    static String time(double millis) {
        if (millis >= 10_000) return Math.round(millis / 1_000) + " s";
        if (millis >= 10 || millis == 0) return Math.round(millis) + " ms";
        return String.format(Locale.ROOT, "%.1f ms", millis);
    }

    /// Returns a rate such as `0.4` or `93`.
    static String rate(double perSecond) {
        return perSecond >= 10 || perSecond == 0
                ? Long.toString(Math.round(perSecond))
                : String.format(Locale.ROOT, "%.1f", perSecond);
    }

    /// Returns a share such as `3 %`; `-` of nothing.
    static String share(double some, double all) {
        return all == 0 ? "-" : Math.round(100 * some / all) + " %";
    }
}
