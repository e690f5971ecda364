package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.FieldPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Some fields of objects, nested ones too: `id`, `price.amount`. Lists are gone through element by element.
///
/// @param children the fields named, by their first step; one without children of its own is meant as a whole
record Fields(Map<String, Fields> children) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static Fields of(List<FieldPath> paths) {
        Fields all = new Fields(new LinkedHashMap<>());
        for (FieldPath path : paths) {
            Fields here = all;
            for (String step : path.steps()) {
                here = here.children.computeIfAbsent(step, _ -> new Fields(new LinkedHashMap<>()));
            }
            // A field named as a whole and by parts is meant as a whole.
            here.children.clear();
        }
        return all;
    }

    boolean isEmpty() {
        return children.isEmpty();
    }

    /// Returns a value with these fields only, in the value's order.
    JsonNode of(JsonNode value) {
        if (isEmpty()) return value;
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode kept = JSON.objectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    Fields inside = children.get(field.getKey());
                    if (inside != null) kept.set(field.getKey(), inside.of(field.getValue()));
                }
                yield kept;
            }
            case ArrayNode list -> {
                ArrayNode all = JSON.arrayNode(list.size());
                for (JsonNode element : list) all.add(of(element));
                yield all;
            }
            default -> value;
        };
    }

    /// Returns a value without these fields.
    JsonNode without(JsonNode value) {
        if (isEmpty()) return value;
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode kept = JSON.objectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    Fields inside = children.get(field.getKey());
                    if (inside == null) {
                        kept.set(field.getKey(), field.getValue());
                    } else if (!inside.isEmpty()) {
                        kept.set(field.getKey(), inside.without(field.getValue()));
                    }
                }
                yield kept;
            }
            case ArrayNode list -> {
                ArrayNode all = JSON.arrayNode(list.size());
                for (JsonNode element : list) all.add(without(element));
                yield all;
            }
            default -> value;
        };
    }
}
