package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.config.Variable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values that variables stand for.
///
/// @param request what the client sent, by the first word of a variable: parameters, `body`, `header`, `request`
/// @param parts what the parts came to that are needed, by name
/// @param item the element of a part with `each`; null outside of one
record Bindings(Map<String, JsonNode> request, Map<String, JsonNode> parts, @Nullable JsonNode item) {

    /// Returns the same with another element.
    Bindings with(JsonNode element) {
        return new Bindings(request, parts, element);
    }

    /// Returns what a variable stands for; a missing node for what is not there.
    JsonNode find(Variable variable) {
        JsonNode node = root(variable.name());
        for (String field : variable.fields()) node = step(node, field);
        return node;
    }

    private JsonNode root(String name) {
        JsonNode sent = request.get(name);
        if (sent != null) return sent;
        if (item != null && name.equals(Variable.ITEM)) return item;
        return parts.getOrDefault(name, MissingNode.getInstance());
    }

    /// A field of an object, or an element of a list.
    private static JsonNode step(JsonNode node, String field) {
        if (!node.isArray()) return node.path(field);
        boolean index = field.length() < 10 && field.chars().allMatch(c -> c >= '0' && c <= '9');
        return index ? node.path(Integer.parseInt(field)) : MissingNode.getInstance();
    }

    /// Returns true when a variable's value comes from the client, so that the client is to blame for it.
    boolean isSent(Variable variable) {
        return !parts.containsKey(variable.name()) && !variable.name().equals(Variable.ITEM);
    }

    /// Returns what a variable stands for, as text.
    ///
    /// @throws UnusableValueException if it is not there, or is not a single value
    String text(Variable variable) throws UnusableValueException {
        JsonNode node = find(variable);
        if (node.isTextual() || node.isNumber() || node.isBoolean()) return node.asText();
        throw unusable(variable, switch (node.getNodeType()) {
            case MISSING -> "is not there";
            case NULL -> "is null";
            case OBJECT -> "is an object";
            case ARRAY -> "is an array";
            default -> "is not text, a number or a boolean";
        });
    }

    /// Returns the exception that says what is wrong with a variable's value.
    UnusableValueException unusable(Variable variable, String why) {
        return new UnusableValueException(
                isSent(variable) ? ErrorType.BAD_PARAMETER : ErrorType.MISSING_VALUE,
                variable.text() + " " + why);
    }
}
