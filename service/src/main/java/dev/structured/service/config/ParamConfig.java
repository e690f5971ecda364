package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A value that the client sends: a parameter of the path or of the query, or a field of the body.
///
/// @param type the type of the value
/// @param min the smallest number, or the shortest text or list; null for none
/// @param max the largest number, or the longest text or list; null for none
/// @param oneOf the texts or numbers that are allowed; empty for any
/// @param items the rule for each element of a list; null for any elements
/// @param required true if it must be present; a parameter of a path always is
/// @param preset the default; null for none
@Shorthand("type")
public record ParamConfig(
        @Key(preset = "string", says = "The type of the value.") Type type,
        @Key(min = "-1000000000", max = "1000000000", says = "The smallest number, or the shortest text "
                + "or list.") @Nullable Integer min,
        @Key(min = "-1000000000", max = "1000000000", says = "The largest number, or the longest text "
                + "or list.") @Nullable Integer max,
        @Key(min = "1", max = "100", each = "value", type = AnyScalar.class, says = "The only values that are allowed.") List<String> oneOf,
        @Key(says = "The rule for each element of a list; of the query, text unless it is there.") @Nullable ItemConfig items,
        @Key(preset = "false", says = "True if it must be present; a parameter of the path always is.") boolean required,
        @Key(name = "default", type = FixedJson.class, says = "The value if it is missing.") @Nullable JsonNode preset) {

    /// The types of values.
    public enum Type implements Labelled {
        /// Any text.
        STRING,
        /// A whole number.
        INTEGER,
        /// Any number.
        NUMBER,
        /// `true` or `false`.
        BOOLEAN,
        /// A list; in a query, a parameter that is given several times.
        ARRAY,
        /// An object; only in bodies.
        OBJECT;

        private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,200}");
        private static final Pattern DECIMAL = Pattern
                .compile("-?[0-9]{1,200}(?:\\.[0-9]{1,200})?(?:[eE][-+]?[0-9]{1,3})?");

        /// Returns the value that a text in a URL or in the file denotes; null if it is not of this type.
        public @Nullable JsonNode read(String text) {
            return switch (this) {
                case STRING -> JsonNumbers.FACTORY.textNode(text);
                case INTEGER -> WHOLE.matcher(text).matches() ? whole(text) : null;
                case NUMBER -> DECIMAL.matcher(text).matches() ? decimal(text) : null;
                case BOOLEAN -> text.equals("true") || text.equals("false")
                        ? JsonNumbers.FACTORY.booleanNode(text.equals("true"))
                        : null;
                case ARRAY, OBJECT -> null;
            };
        }

        /// Returns true for lists and objects.
        public boolean isContainer() {
            return this == ARRAY || this == OBJECT;
        }

        private static JsonNode whole(String text) {
            return text.length() <= 18
                    ? JsonNumbers.FACTORY.numberNode(Long.parseLong(text))
                    : JsonNumbers.FACTORY.numberNode(new BigInteger(text));
        }

        private static @Nullable JsonNode decimal(String text) {
            try {
                return JsonNumbers.decimal(text);
            } catch (ArithmeticException e) {
                return null;
            }
        }

        /// Returns true for JSON of this type.
        public boolean fits(JsonNode value) {
            return switch (this) {
                case STRING -> value.isTextual();
                case INTEGER -> value.isIntegralNumber();
                case NUMBER -> value.isNumber();
                case BOOLEAN -> value.isBoolean();
                case ARRAY -> value.isArray();
                case OBJECT -> value.isObject();
            };
        }
    }

    /// The greatest number of values of a parameter of the query that is a list without `max`.
    public static final int MOST_VALUES = 100;

    /// The rule of a parameter of the path that the file does not declare: any text.
    public static final ParamConfig TEXT = of(Type.STRING);

    public ParamConfig { oneOf = List.copyOf(oneOf); }

    /// Returns the rule of any value of a type.
    static ParamConfig of(Type type) {
        return new ParamConfig(type, null, null, List.of(), null, false, null);
    }

    /// Returns the rule of each element of a list in the query.
    public ParamConfig elements() {
        return items == null ? TEXT : items.rule();
    }

    /// Returns the greatest number of values of a list in the query.
    public int mostValues() {
        return max == null ? MOST_VALUES : max;
    }

    /// Returns true if `oneOf` allows the value. Numbers are compared by value: `1.0` is `1`.
    public boolean isAllowed(JsonNode value) {
        if (oneOf.isEmpty() || oneOf.contains(value.asText())) return true;
        return value.isNumber() && oneOf.stream().map(type::read)
                .anyMatch(choice -> choice != null && choice.isNumber()
                        && choice.decimalValue().compareTo(value.decimalValue()) == 0);
    }

    /// Returns the size of a value, which `min` and `max` bound: a number itself, the characters of a text,
    /// the elements of a list. A boolean or an object has no size, and 0 is returned.
    public static BigDecimal size(JsonNode value) {
        if (value.isNumber()) return value.decimalValue();
        if (value.isArray()) return BigDecimal.valueOf(value.size());
        String text = value.isTextual() ? value.textValue() : "";
        return BigDecimal.valueOf(text.codePointCount(0, text.length()));
    }
}
