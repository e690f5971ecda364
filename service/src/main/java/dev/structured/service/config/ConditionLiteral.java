package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.PlainNumbers;
import dev.structured.service.yaml.UnclearScalar;
import java.util.regex.Pattern;

/// The values that conditions compare with: numbers, true, false, null; anything else is text, with or
/// without quotes.
final class ConditionLiteral {
    private static final Pattern NUMBER = Pattern.compile(
            "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?");
    private static final Pattern OPERATOR = Pattern
            .compile("==|!=|<|>|&&|\\|\\||(?:^|\\s)(?:and|or|not)(?:\\s|$)", Pattern.CASE_INSENSITIVE);

    private static final String SIGN = "=<>!";

    private ConditionLiteral() {}

    static JsonNode read(String text, Condition.Test test) throws InvalidValueException {
        JsonNodeFactory json = JsonNumbers.FACTORY;
        if (NUMBER.matcher(text).matches()) return number(text);
        if (SIGN.indexOf(text.charAt(0)) >= 0) {
            throw new InvalidValueException("compares with '" + text + "'; a sign is one of ==, !=, <, <=, > "
                    + "and >=, and text that begins like one needs quotes");
        }
        boolean ordered = test != Condition.Test.EQUAL && test != Condition.Test.DIFFERENT;
        if (ordered)
            throw new InvalidValueException(
                    "compares with '" + text + "', which is not a number; only == and != compare text");
        return switch (text) {
            case "true" -> json.booleanNode(true);
            case "false" -> json.booleanNode(false);
            case "null" -> json.nullNode();
            default -> json.textNode(isQuoted(text) ? unquoted(text) : word(text));
        };
    }

    private static JsonNode number(String text) throws InvalidValueException {
        try {
            return PlainNumbers.decimal(text);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new InvalidValueException("compares with '" + text + "', a number that is too large");
        }
    }

    private static boolean isQuoted(String text) {
        return text.length() >= 2 && "'\"".indexOf(text.charAt(0)) >= 0
                && text.charAt(0) == text.charAt(text.length() - 1);
    }

    private static String unquoted(String text) throws InvalidValueException {
        String inner = text.substring(1, text.length() - 1);
        if (inner.indexOf(text.charAt(0)) < 0) return inner;
        throw new InvalidValueException("compares with " + text + ", which has quotes within quotes; a "
                + "condition "
                + "compares once, write each comparison as an entry of a list: all of them must hold");
    }

    /// Refuses text without quotes that people would read as something else.
    private static String word(String text) throws InvalidValueException {
        if (text.contains("${")) {
            throw new InvalidValueException(
                    "compares with '" + text + "'; only a fixed value may follow the sign: "
                            + "text, a number, true, false or null");
        }
        if (OPERATOR.matcher(text).find()) {
            throw new InvalidValueException("compares with '" + text + "'; a condition compares once: "
                    + "write each "
                    + "comparison as an entry of a list, all of which must hold, or put text in quotes");
        }
        if ("'\"".indexOf(text.charAt(0)) >= 0 || "'\"".indexOf(text.charAt(text.length() - 1)) >= 0) {
            throw new InvalidValueException("compares with " + text + ", in which a quote is missing");
        }
        String unclear = UnclearScalar.complaint(text);
        if (unclear != null) throw new InvalidValueException(unclear);
        return text;
    }
}
