package dev.structured.service.view;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Times for people.
final class Millis {
    private Millis() {}

    /// Returns milliseconds, to a hundredth.
    static double of(long micros) {
        return Math.round(micros / 10.0) / 100.0;
    }

    /// Returns milliseconds; null for 0, which means not yet.
    static @Nullable Double orNull(long micros) {
        return micros == 0 ? null : of(micros);
    }

    /// Returns a text such as `41 ms` or `14 s`.
    static String text(double millis) {
        if (millis >= 10_000) return Math.round(millis / 1_000) + " s";
        if (millis >= 10 || millis == 0) return Math.round(millis) + " ms";
        return String.format(Locale.ROOT, "%.1f ms", millis).replace(".0 ms", " ms");
    }
}
