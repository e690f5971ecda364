package dev.structured.service.yaml;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A rule for a single value of the file.
@FunctionalInterface
interface ScalarRule<T> {
    Pattern FLAG = Pattern.compile("true|false");
    Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,40}");

    /// Returns the value.
    ///
    /// @throws InvalidValueException if the text breaks the rule
    T read(ScalarNode scalar) throws InvalidValueException;

    /// The rule of texts; another rule reads the text.
    static <T> ScalarRule<T> text(ScalarType.Parser<T> rule) {
        return scalar -> {
            String text = scalar.getValue();
            if (!isText(scalar)) {
                throw new InvalidValueException("must be text; put it in quotes: \"" + text + "\"");
            }
            if (text.isBlank()) throw new InvalidValueException("must not be empty");
            return rule.parse(text);
        };
    }

    /// Returns true for values that YAML takes as text, and for interpolated values.
    static boolean isText(ScalarNode scalar) {
        // A lone ${id} without quotes is an environment variable to the YAML library; here it is text.
        return Set.of(Tag.STR, Tag.ENV_TAG, FilledScalar.TAG).contains(scalar.getTag());
    }

    /// The rule of `true` and `false`.
    static ScalarRule<Boolean> flag() {
        return scalar -> {
            if (scalar.getTag().equals(Tag.BOOL)) return scalar.getValue().equals("true");
            if (scalar.getTag().equals(FilledScalar.TAG) && FLAG.matcher(scalar.getValue()).matches())
                return scalar.getValue().equals("true");
            throw new InvalidValueException("must be true or false, without quotes; it is '"
                    + scalar.getValue() + "'");
        };
    }

    /// The rule of whole numbers within bounds.
    static ScalarRule<Integer> number(int min, int max) {
        return scalar -> {
            String text = scalar.getValue();
            if (!WHOLE_NUMBER.matcher(text).matches()) {
                throw new InvalidValueException("must be a whole number; it is '" + text + "'");
            }
            String unclear = UnclearScalar.complaint(text);
            if (unclear != null) throw new InvalidValueException(unclear);
            BigInteger number = new BigInteger(text);
            if (number.compareTo(BigInteger.valueOf(min)) >= 0
                    && number.compareTo(BigInteger.valueOf(max)) <= 0) {
                return number.intValueExact();
            }
            throw new InvalidValueException("must be between " + min + " and " + max + "; it is " + text);
        };
    }
}
