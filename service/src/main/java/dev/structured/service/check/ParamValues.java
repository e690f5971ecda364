package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.config.ParamConfig;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whether values of the file are what a parameter must be.
final class ParamValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,40}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}(?:\\.[0-9]{1,40})?");

    private ParamValues() {}

    /// Returns a text of the file as a value of the type; null when it is none.
    static @Nullable JsonNode of(ParamConfig.Type type, String text) {
        return switch (type) {
            case STRING -> JSON.textNode(text);
            case INTEGER -> INTEGER.matcher(text).matches() ? JSON.numberNode(new BigInteger(text)) : null;
            case NUMBER -> NUMBER.matcher(text).matches() ? JSON.numberNode(new BigDecimal(text)) : null;
            case BOOLEAN ->
                text.equals("true") || text.equals("false") ? JSON.booleanNode(text.equals("true")) : null;
            case ARRAY, OBJECT -> null;
        };
    }

    /// Returns what is wrong with a value, as the rest of a sentence; null when it may be one.
    static @Nullable String wrong(ParamConfig param, JsonNode value) {
        if (!param.type().fits(value)) {
            return "is not of the parameter's type: " + value + " is no "
                    + param.type().label();
        }
        if (!param.oneOf().isEmpty() && !param.oneOf().contains(value.asText())) {
            return "is not allowed by 'oneOf' (" + String.join(", ", param.oneOf()) + "); it is " + value;
        }
        return outOfBounds(param, value);
    }

    private static @Nullable String outOfBounds(ParamConfig param, JsonNode value) {
        BigDecimal size = switch (param.type()) {
            case STRING -> BigDecimal
                    .valueOf(value.textValue().codePointCount(0, value.textValue().length()));
            case INTEGER, NUMBER -> value.decimalValue();
            case ARRAY -> BigDecimal.valueOf(value.size());
            case BOOLEAN, OBJECT -> BigDecimal.ZERO;
        };
        Integer min = param.min();
        Integer max = param.max();
        if (min != null && size.compareTo(BigDecimal.valueOf(min)) < 0) {
            return "is below the parameter's 'min' of " + min + "; it is " + value;
        }
        if (max != null && size.compareTo(BigDecimal.valueOf(max)) > 0) {
            return "is above the parameter's 'max' of " + max + "; it is " + value;
        }
        return null;
    }
}
