package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.config.Variable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values of variables.
///
/// @param request the values that the client sent, by the first word of a variable: parameters, `body`,
///     `header`, `request`
/// @param parts the values of the needed parts, by name
/// @param item the current element of a part with `each`; null outside such a part
record Bindings(Map<String, JsonNode> request, Map<String, JsonNode> parts, @Nullable JsonNode item) {

    /// Returns these bindings with the given element as `item`.
    Bindings with(JsonNode element) {
        return new Bindings(request, parts, element);
    }

    /// Returns the value of a variable; a missing node if it has none.
    JsonNode find(Variable variable) {
        JsonNode node = root(variable.name());
        if (variable.name().equals(Variable.COOKIE)) return node.path(String.join(".", variable.fields()));
        for (String field : variable.fields()) node = step(node, field);
        return node;
    }

    private JsonNode root(String name) {
        JsonNode sent = request.get(name);
        if (sent != null) return sent;
        if (item != null && name.equals(Variable.ITEM)) return item;
        return parts.getOrDefault(name, MissingNode.getInstance());
    }

    /// Returns a field of an object, or an element of a list.
    private static JsonNode step(JsonNode node, String field) {
        if (!node.isArray()) return node.path(field);
        boolean index = field.length() < 10 && field.chars().allMatch(c -> c >= '0' && c <= '9');
        return index ? node.path(Integer.parseInt(field)) : MissingNode.getInstance();
    }

    /// Returns true if the variable's value comes from the client, which is then to blame for it.
    boolean isSent(Variable variable) {
        return !parts.containsKey(variable.name()) && !variable.name().equals(Variable.ITEM);
    }

    /// Returns the value of a variable as text.
    ///
    /// @throws UnusableValueException if the variable has no value, or the value is null, an object or a list
    String text(Variable variable) throws UnusableValueException {
        JsonNode node = find(variable);
        if (node.isTextual() || node.isNumber() || node.isBoolean()) return node.asText();
        throw unusable(variable, switch (node.getNodeType()) {
            case MISSING -> "is missing";
            case NULL -> "is null";
            case OBJECT -> "is an object";
            case ARRAY -> "is an array";
            default -> "is not text, a number or a boolean";
        });
    }

    /// Returns the exception for an unusable value of a variable.
    ///
    /// @param why the rest of a sentence that begins with the variable: "is missing"
    UnusableValueException unusable(Variable variable, String why) {
        return new UnusableValueException(
                isSent(variable) ? ErrorType.BAD_PARAMETER : ErrorType.MISSING_VALUE,
                variable.text() + " " + why);
    }
}
