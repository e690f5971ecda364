package dev.structured.service.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A share, written as a percentage such as `50%`.
///
/// @param percent 0 to 100, with at most two digits behind the point
public record Share(double percent) {
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,2})?)\\s*%");

    static Share parse(String text) throws Rejected {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) throw new Rejected("must be a percentage such as 50%; it is '" + text + "'");
        double percent = Double.parseDouble(matcher.group(1));
        if (percent > 100) throw new Rejected("must be between 0% and 100%; it is " + text);
        return new Share(percent);
    }

    /// Returns the share as a fraction of 1.
    public double fraction() {
        return percent / 100;
    }
}
