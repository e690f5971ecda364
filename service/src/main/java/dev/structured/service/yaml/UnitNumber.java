package dev.structured.service.yaml;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kind of number that always has a unit: a duration such as `800ms`, a size such as `64KiB`.
///
/// @param article the kind's name with its article
/// @param units the units, smallest first; the smallest is worth 1
public record UnitNumber(String article, List<Unit> units) {
    /// A duration, in milliseconds.
    public static final UnitNumber DURATION = new UnitNumber("a duration",
            List.of(new Unit("ms", 1), new Unit("s", 1_000), new Unit("min", 60_000)));
    /// A size, in bytes.
    public static final UnitNumber SIZE = new UnitNumber("a size",
            List.of(new Unit("B", 1), new Unit("KiB", 1 << 10), new Unit("MiB", 1 << 20)));

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,40})\\s*(\\p{Alpha}*)");

    /// A unit.
    ///
    /// @param worth the number of smallest units in it
    public record Unit(String name, long worth) {}

    /// Reads a whole number with a unit and returns it in the smallest unit.
    public long read(String text, long min, long max) throws InvalidValueException {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidValueException("must be " + article + ", a whole number with a unit, such as "
                    + example("500") + "; it is '" + text + "'");
        }
        String digits = matcher.group(1);
        BigInteger amount = new BigInteger(digits)
                .multiply(BigInteger.valueOf(unit(digits, matcher.group(2)).worth));
        if (amount.compareTo(BigInteger.valueOf(min)) < 0 || amount.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new InvalidValueException("must be between " + write(min) + " and " + write(max)
                    + "; it is " + text);
        }
        return amount.longValueExact();
    }

    /// Returns the pattern of all such numbers.
    public String pattern() {
        return "[0-9]{1,40}\\s*(?:" + String.join("|", names()) + ")";
    }

    private Unit unit(String digits, String name) throws InvalidValueException {
        for (Unit unit : units) {
            if (unit.name.equals(name)) return unit;
        }
        if (name.isEmpty()) {
            throw new InvalidValueException("must be " + article + " with a unit; write " + example(digits));
        }
        throw new InvalidValueException("has the unknown unit '" + name + "'" + Suggestion.hint(name,
                names()) + " (units: "
                + String.join(", ", names()) + ")");
    }

    /// Returns the number with each of the units: "500ms, 500s or 500min".
    private String example(String digits) {
        List<String> examples = new ArrayList<>(names().stream().map(name -> digits + name).toList());
        String last = examples.removeLast();
        return String.join(", ", examples) + " or " + last;
    }

    private List<String> names() {
        return units.stream().map(Unit::name).toList();
    }

    private String write(long amount) {
        Unit unit = units.getFirst();
        for (Unit larger : units) {
            if (amount != 0 && amount % larger.worth == 0) unit = larger;
        }
        return amount / unit.worth + unit.name;
    }
}
