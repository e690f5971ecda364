package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.UnitNumber;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The time after which an attempt is hedged: a fixed time such as `30ms`, or a percentile of the
/// downstream's recent latencies such as `p95`.
public sealed interface HedgeDelay {
    /// The type of delays.
    ScalarType<HedgeDelay> TYPE = ScalarType.characters(
            "(?:p[5-9][0-9](?:\\.[0-9])?|" + UnitNumber.DURATION.pattern() + ")", HedgeDelay::parse)
            .withPlaceholder(new After(Duration.ofMinutes(1)))
            .withPrinter(HedgeDelay::text);

    /// A fixed time.
    record After(Duration time) implements HedgeDelay {}

    /// A percentile of recent latencies.
    ///
    /// @param percentile 50 to 99.9
    record Percentile(double percentile) implements HedgeDelay {}

    /// Returns the delay as it is written.
    private String text() {
        return switch (this) {
            case After(Duration time) -> time.toMillis() + "ms";
            case Percentile(double percentile) -> "p" + percentile;
        };
    }

    /// Reads the text of a file.
    static HedgeDelay parse(String text) throws InvalidValueException {
        Matcher matcher = Pattern.compile("p([0-9]{2}(?:\\.[0-9])?)").matcher(text);
        if (matcher.matches()) {
            double percentile = Double.parseDouble(matcher.group(1));
            if (percentile >= 50) return new Percentile(percentile);
            throw new InvalidValueException("must be at least p50; it is '" + text + "'");
        }
        if (text.startsWith("p")) {
            throw new InvalidValueException(
                    "must be a percentile such as p95, or a duration such as 30ms; it is '" + text + "'");
        }
        return new After(Duration.ofMillis(UnitNumber.DURATION.read(text, 1, 60_000)));
    }
}
