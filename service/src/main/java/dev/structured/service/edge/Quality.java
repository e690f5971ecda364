package dev.structured.service.edge;

import java.util.Locale;
import java.util.regex.Pattern;

/// Reads the weight `q` of one element of a header such as `Accept` (RFC 9110, 12.4.2).
final class Quality {
    /// The weight of an element that names none, in thousandths.
    static final int FULL = 1000;

    private static final Pattern WRITTEN = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");

    private Quality() {}

    /// Returns the weight in thousandths; negative if it cannot be read.
    ///
    /// @param pieces the element, split at its semicolons
    static int of(String[] pieces) {
        int quality = FULL;
        for (int i = 1; i < pieces.length; i++) {
            String parameter = pieces[i].strip().toLowerCase(Locale.ROOT);
            if (!parameter.startsWith("q=")) continue;
            String value = parameter.substring(2).strip();
            if (!WRITTEN.matcher(value).matches()) return -1;
            quality = (int) Math.round(Double.parseDouble(value) * FULL);
        }
        return quality;
    }
}
