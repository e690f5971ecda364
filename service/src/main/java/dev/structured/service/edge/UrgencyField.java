package dev.structured.service.edge;

import java.util.List;

/// Reads the urgency of a `Priority` (RFC 9218): the member `u` of a dictionary.
final class UrgencyField {
    private static final String NAME = "u=";

    private UrgencyField() {}

    /// Returns the urgency, 0 to 7; negative for none. If there are several, the last one counts, as in any
    /// dictionary; an invalid value is ignored, as the RFC asks.
    static int of(List<String> values) {
        int urgency = -1;
        for (String value : values) {
            for (String member : value.split(",", -1)) {
                String text = member.strip();
                if (text.startsWith(NAME)) urgency = digit(bare(text.substring(NAME.length())));
            }
        }
        return urgency;
    }

    /// Returns the value without its parameters.
    private static String bare(String text) {
        int end = text.indexOf(';');
        return end < 0 ? text : text.substring(0, end);
    }

    private static int digit(String text) {
        boolean valid = text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) <= '7';
        return valid ? text.charAt(0) - '0' : -1;
    }
}
