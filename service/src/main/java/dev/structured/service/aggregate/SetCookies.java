package dev.structured.service.aggregate;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `Set-Cookie` fields of an answer. Their values may hold commas, so they cannot be joined like other
/// fields (RFC 9110, 5.3): a map of headers has them as one text with a line for each.
public final class SetCookies {
    /// The name of the header, in lower case.
    public static final String NAME = "set-cookie";

    private static final String LINE_END = "\n"; // no value of a header has one

    private SetCookies() {}

    /// Returns the text with one more value.
    ///
    /// @param before null for none
    public static String add(@Nullable String before, String value) {
        return before == null ? value : before + LINE_END + value;
    }

    /// Returns the values of a text.
    public static List<String> values(String text) {
        return List.of(text.split(LINE_END, -1));
    }

    /// Returns the text with the cookies of some names only; null for none.
    ///
    /// @param text null for none
    static @Nullable String chosen(@Nullable String text, Collection<String> names) {
        if (text == null) return null;
        String chosen = null;
        for (String value : values(text)) {
            int sign = value.indexOf('=');
            if (sign > 0 && names.contains(value.substring(0, sign).strip())) chosen = add(chosen, value);
        }
        return chosen;
    }
}
