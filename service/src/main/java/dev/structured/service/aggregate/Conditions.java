package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.Condition;

/// Evaluates the conditions of parts.
final class Conditions {
    private Conditions() {}

    static boolean holds(Condition condition, Bindings bindings) {
        JsonNode value = bindings.find(condition.variable());
        JsonNode other = condition.value();
        Condition.Test test = condition.test();
        boolean holds = (test == null || other == null) ? isSomething(value) : compares(value, test, other);
        return holds != condition.not();
    }

    /// Returns true if the value exists and is not null, false, 0 or empty.
    private static boolean isSomething(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.decimalValue().signum() != 0;
            case STRING -> !value.textValue().isEmpty();
            case ARRAY, OBJECT -> !value.isEmpty();
            default -> false;
        };
    }

    private static boolean compares(JsonNode value, Condition.Test test, JsonNode other) {
        return switch (test) {
            case EQUAL -> equal(value, other);
            case DIFFERENT -> !equal(value, other);
            case LESS -> value.isNumber() && order(value, other) < 0;
            case AT_MOST -> value.isNumber() && order(value, other) <= 0;
            case MORE -> value.isNumber() && order(value, other) > 0;
            case AT_LEAST -> value.isNumber() && order(value, other) >= 0;
        };
    }

    /// Returns true if the values are equal. A text equals a number that is written the same, because
    /// parameters are text unless they are declared otherwise.
    private static boolean equal(JsonNode value, JsonNode other) {
        if (value.isMissingNode()) return false;
        if (value.isNumber() && other.isNumber()) return order(value, other) == 0;
        if (value.isNull() || other.isNull()) return value.isNull() && other.isNull();
        return value.isValueNode() && value.asText().equals(other.asText());
    }

    private static int order(JsonNode value, JsonNode other) {
        return value.decimalValue().compareTo(other.decimalValue());
    }
}
