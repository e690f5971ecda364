package dev.structured.service.config;

import dev.structured.service.yaml.Rejected;
import dev.structured.service.yaml.ScalarType;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A share, written as a percentage such as `50%`.
///
/// @param percent 0 to 100, with at most two digits behind the point
public record Share(double percent) {
    /// The form of all percentages.
    static final String PATTERN = "(?:100(?:\\.0{1,2})?|0?[0-9]{1,2}(?:\\.[0-9]{1,2})?)\\s*%";

    /// How percentages are written.
    public static final ScalarType<Share> TYPE = ScalarType.characters(PATTERN, Share::parse)
            .withPlaceholder(new Share(100))
            .withPrinter(Share::text);

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,2})?)\\s*%");

    static Share parse(String text) throws Rejected {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) throw new Rejected("must be a percentage such as 50%; it is '" + text + "'");
        double percent = Double.parseDouble(matcher.group(1));
        if (percent > 100) throw new Rejected("must be between 0% and 100%; it is " + text);
        return new Share(percent);
    }

    /// Returns the share as it is written, such as `50.0%`.
    String text() {
        return percent + "%";
    }

    /// Returns this share of a time, rounded to the nearest nanosecond.
    public Duration of(Duration whole) {
        return Duration.ofNanos(Math.round(whole.toNanos() * fraction()));
    }

    /// Returns the share as a fraction of 1.
    public double fraction() {
        return percent / 100;
    }
}
