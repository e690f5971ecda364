package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.FieldPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A set of fields of objects, also nested ones: `id`, `price.amount`. In lists, it applies to each element.
///
/// @param children the fields in the set, by their first step; an entry without children stands for the whole
///     field
record FieldFilter(Map<String, FieldFilter> children) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static FieldFilter of(List<FieldPath> paths) {
        FieldFilter all = new FieldFilter(new LinkedHashMap<>());
        for (FieldPath path : paths) {
            FieldFilter here = all;
            for (String step : path.steps()) {
                here = here.children.computeIfAbsent(step, _ -> new FieldFilter(new LinkedHashMap<>()));
            }
            // A field that is named as a whole and by its fields is taken as a whole.
            here.children.clear();
        }
        return all;
    }

    boolean isEmpty() {
        return children.isEmpty();
    }

    /// Returns a copy of the value with these fields only, in the value's order.
    JsonNode of(JsonNode value) {
        return filtered(value, FieldFilter::kept);
    }

    /// Returns a copy of the value without these fields.
    JsonNode without(JsonNode value) {
        return filtered(value, FieldFilter::left);
    }

    /// Decides what remains of a field.
    private interface Filter {
        /// Returns the remaining value; null if the field is removed.
        ///
        /// @param named the entry of the field in the set; null if the field is not in the set
        @Nullable
        JsonNode of(@Nullable FieldFilter named, JsonNode value);
    }

    private static @Nullable JsonNode kept(@Nullable FieldFilter named, JsonNode value) {
        return named == null ? null : named.of(value);
    }

    private static @Nullable JsonNode left(@Nullable FieldFilter named, JsonNode value) {
        if (named == null) return value;
        return named.isEmpty() ? null : named.without(value);
    }

    private JsonNode filtered(JsonNode value, Filter filter) {
        if (isEmpty()) return value;
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode some = JSON.objectNode();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    JsonNode left = filter.of(children.get(field.getKey()), field.getValue());
                    if (left != null) some.set(field.getKey(), left);
                }
                yield some;
            }
            case ArrayNode list -> {
                ArrayNode all = JSON.arrayNode(list.size());
                for (JsonNode element : list) all.add(filtered(element, filter));
                yield all;
            }
            default -> value;
        };
    }
}
