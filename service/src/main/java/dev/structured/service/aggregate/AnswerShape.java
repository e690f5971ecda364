package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.PartConfig;
import java.util.Map;

/// What the page takes from an answer, and under which names. Never changes the answer itself: others may hold it.
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
        this.plain = part.shape().allow().isEmpty() && part.shape().deny().isEmpty() && part.shape().rename().isEmpty();
    }

    /// Returns what other parts see: the answer, or the field of it that is taken.
    ///
    /// @throws UnusableValueException if the answer does not have that field
    JsonNode target(JsonNode answer) throws UnusableValueException {
        FieldPath target = part.shape().target();
        if (target == null) return answer;
        JsonNode taken = answer;
        for (String step : target.steps()) taken = taken.path(step);
        if (!taken.isMissingNode()) return taken;
        throw new UnusableValueException(ErrorType.UNUSABLE_ANSWER,
                "the answer has no field '" + target + "'");
    }

    /// Returns what the page has of a value.
    ///
    /// @throws UnusableValueException if its fields are wanted, and it has none
    JsonNode shown(JsonNode value) throws UnusableValueException {
        if (part.place().merge() && !value.isObject()) {
            throw new UnusableValueException(ErrorType.UNUSABLE_ANSWER,
                    "the answer is no object, so its fields cannot be merged into the page");
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

    /// A field under a new name takes the place of one that has that name already.
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

    /// Returns one list of all elements of the lists in a list.
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
