package dev.structured.service.yaml;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Words without quotes that are text in one dialect of YAML and something else in another: `True`, `~`,
/// `010`. Readers of the file cannot tell the meaning, so these words are refused where a value may have any
/// type.
public final class UnclearScalar {
    private static final Pattern NUMBER = Pattern.compile(
            "[-+]?0[0-9_]+(?:\\.[0-9_]*)?|[-+]?0[xob][0-9A-Fa-f_]+|\\+[0-9][0-9_.]*|[-+]?[0-9][0-9_]*_[0-9_]*"
                    + "|[-+]?\\.(?:[0-9]+|inf|nan)|[-+]?[0-9]+\\.(?:[eE][-+]?[0-9]+)?",
            Pattern.CASE_INSENSITIVE);

    private UnclearScalar() {}

    /// Returns the reason to refuse a text that has no quotes, as the end of a sentence; null if its meaning
    /// is clear.
    public static @Nullable String complaint(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (text.equals("~")) return fix(text, "null");
        boolean word = lower.equals("true") || lower.equals("false") || lower.equals("null");
        if (word && !text.equals(lower)) return fix(text, lower);
        return NUMBER.matcher(text).matches() ? fix(text, "the number as JSON does") : null;
    }

    private static String fix(String text, String meant) {
        return "has '" + text + "', which may mean text or not; write " + meant + ", or \"" + text
                + "\" with quotes if it is text";
    }
}
