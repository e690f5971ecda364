package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A share, written as a percentage such as `50%`.
///
/// @param percent 0 to 100, with at most two decimals
public record Percentage(double percent) {
    /// The pattern of all percentages.
    static final String PATTERN = "(?:100(?:\\.0{1,2})?|0?[0-9]{1,2}(?:\\.[0-9]{1,2})?)\\s*%";

    /// The type of percentages.
    public static final ScalarType<Percentage> TYPE = ScalarType.characters(PATTERN, Percentage::parse)
            .withPlaceholder(new Percentage(100))
            .withPrinter(Percentage::text);

    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,2})?)\\s*%");

    static Percentage parse(String text) throws InvalidValueException {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches())
            throw new InvalidValueException(
                    "must be a percentage such as 50%; it is '" + text + "'");
        double percent = Double.parseDouble(matcher.group(1));
        if (percent > 100) throw new InvalidValueException("must be between 0% and 100%; it is " + text);
        return new Percentage(percent);
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
