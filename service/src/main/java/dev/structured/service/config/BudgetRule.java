package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ScalarType;
import dev.structured.service.yaml.UnitNumber;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The longest time of a part's call. The route's deadline bounds it in any case.
public sealed interface BudgetRule {
    /// The type of budgets.
    ScalarType<BudgetRule> TYPE = ScalarType.characters(
            "(?:" + Percentage.PATTERN + "|(?:remaining\\s*-\\s*)?" + UnitNumber.DURATION.pattern() + ")",
            BudgetRule::parse).withPrinter(BudgetRule::text);

    /// A fixed time, `300ms`.
    record Fixed(Duration time) implements BudgetRule {}

    /// A share of the route's deadline, `40%`.
    record OfDeadline(Percentage share) implements BudgetRule {}

    /// The time left of the request when the call is made, less a reserve for the work after it: `remaining -
    /// 50ms`.
    record RemainingMinus(Duration reserve) implements BudgetRule {}

    /// Returns the longest time that the rule can give: that of a call made when the request arrives. It may
    /// be zero or negative.
    ///
    /// @param deadline the route's deadline
    default Duration longest(Duration deadline) {
        return switch (this) {
            case Fixed(Duration time) -> time;
            case OfDeadline(Percentage share) -> share.of(deadline);
            case RemainingMinus(Duration reserve) -> deadline.minus(reserve);
        };
    }

    /// Returns the rule as it is written.
    private String text() {
        return switch (this) {
            case Fixed(Duration time) -> time.toMillis() + "ms";
            case OfDeadline(Percentage share) -> share.text();
            case RemainingMinus(Duration reserve) -> "remaining - " + reserve.toMillis() + "ms";
        };
    }

    /// Reads the text of a file.
    static BudgetRule parse(String text) throws InvalidValueException {
        if (text.endsWith("%")) {
            Percentage share = Percentage.parse(text);
            if (share.percent() > 0) return new OfDeadline(share);
            throw new InvalidValueException("must be more than 0%");
        }
        Matcher remaining = Pattern.compile("remaining\\s*-\\s*(.+)").matcher(text);
        if (remaining.matches()) {
            return new RemainingMinus(
                    Duration.ofMillis(UnitNumber.DURATION.read(remaining.group(1), 0, 600_000)));
        }
        if (text.startsWith("remaining")) {
            throw new InvalidValueException(
                    "must be written 'remaining - 50ms': what is left, less a reserve; it is '" + text + "'");
        }
        return new Fixed(Duration.ofMillis(UnitNumber.DURATION.read(text, 1, 600_000)));
    }
}
