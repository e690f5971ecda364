package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.PartConfig;
import java.util.Map;

/// The fields that the page takes from an answer, and their names. Does not change the answer, which may be
/// shared.
final class AnswerShape {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final PartConfig part;
    private final FieldFilter allowed;
    private final FieldFilter denied;
    private final boolean plain;

    AnswerShape(PartConfig part) {
        this.part = part;
        this.allowed = FieldFilter.of(part.shape().allow());
        this.denied = FieldFilter.of(part.shape().deny());
        this.plain = part.shape().allow().isEmpty() && part.shape().deny().isEmpty()
                && part.shape().rename().isEmpty();
    }

    /// Returns the value for other parts: the answer, or the field of it that is the part's `target`.
    ///
    /// @throws UnusableValueException if the answer lacks that field
    JsonNode target(JsonNode answer) throws UnusableValueException {
        FieldPath target = part.shape().target();
        if (target == null) return answer;
        JsonNode taken = answer;
        for (String step : target.steps()) taken = taken.path(step);
        if (!taken.isMissingNode()) return taken;
        throw new UnusableValueException(ErrorType.UNUSABLE_ANSWER,
                "the answer has no field '" + target + "'");
    }

    /// Returns the value for the page.
    ///
    /// @throws UnusableValueException if its fields are to be merged into the page, but it is not an object
    JsonNode shown(JsonNode value) throws UnusableValueException {
        if (part.place().merge() && !value.isObject()) {
            throw new UnusableValueException(ErrorType.UNUSABLE_ANSWER,
                    "the answer is not an object, so its fields cannot be merged into the page");
        }
        return plain ? value : picked(value);
    }

    private JsonNode picked(JsonNode value) {
        if (value instanceof ArrayNode list) {
            ArrayNode all = JSON.arrayNode(list.size());
            for (JsonNode element : list) all.add(picked(element));
            return all;
        }
        if (!(value instanceof ObjectNode object)) return value;
        ObjectNode kept = allowed.isEmpty()
                ? (ObjectNode) denied.without(object)
                : (ObjectNode) allowed.of(object);
        return part.shape().rename().isEmpty() ? kept : renamed(kept);
    }

    /// Returns the object with its fields renamed. A renamed field replaces a field that already has the new
    /// name.
    private ObjectNode renamed(ObjectNode object) {
        Map<String, String> names = part.shape().rename();
        ObjectNode renamed = JSON.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.containsKey(field.getKey())) renamed.set(field.getKey(), field.getValue());
        }
        for (Map.Entry<String, String> name : names.entrySet()) {
            JsonNode value = object.get(name.getKey());
            if (value != null) renamed.set(name.getValue(), value);
        }
        return renamed;
    }

    /// Returns a list of all elements of the lists in the given list.
    JsonNode flat(JsonNode value) {
        if (!part.shape().flatten() || !(value instanceof ArrayNode list)) return value;
        ArrayNode flat = JSON.arrayNode();
        for (JsonNode element : list) {
            if (element instanceof ArrayNode inner) {
                flat.addAll(inner);
            } else {
                flat.add(element);
            }
        }
        return flat;
    }
}
