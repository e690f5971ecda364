package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.yaml.InvalidValueException;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/// The values that conditions compare with: numbers, true, false, null; anything else is text, with or without quotes.
final class ConditionLiteral {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(?:\\.[0-9]{1,18})?");

    private ConditionLiteral() {}

    static JsonNode read(String text, Condition.Test test) throws InvalidValueException {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (NUMBER.matcher(text).matches()) return json.numberNode(new BigDecimal(text));
        boolean ordered = test != Condition.Test.EQUAL && test != Condition.Test.DIFFERENT;
        if (ordered)
            throw new InvalidValueException(
                    "compares with '" + text + "', which is no number; only == and != compare text");
        return switch (text) {
            case "true" -> json.booleanNode(true);
            case "false" -> json.booleanNode(false);
            case "null" -> json.nullNode();
            default -> json.textNode(unquoted(text));
        };
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && "'\"".indexOf(text.charAt(0)) >= 0
                && text.charAt(0) == text.charAt(text.length() - 1);
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
