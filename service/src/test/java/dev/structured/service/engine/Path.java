package dev.structured.service.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The path that a part must have been asked for, as far as the page shows what it was made of.
///
/// @param id the parameter of the page's path
/// @param item the element; null outside of a fan-out
/// @param values of other parts that the page shows as they are
record Path(String id, @Nullable JsonNode item, Map<String, JsonNode> values) {

    /// Returns the path; null if it cannot be known.
    @Nullable
    String of(PartConfig part) {
        StringBuilder text = new StringBuilder();
        for (TextTemplate.Piece piece : part.call().path().pieces()) {
            String stretch = piece instanceof Variable variable ? value(variable) : piece.text();
            if (stretch == null) return null;
            text.append(stretch);
        }
        return text.toString();
    }

    private @Nullable String value(Variable variable) {
        if (variable.name().equals("id")) return id.matches("[0-9]+") ? id : null;
        if (variable.name().equals("item")) return item == null || !item.isInt() ? null : item.asText();
        JsonNode value = values.get(variable.name());
        JsonNode field = value == null ? null : value.get(variable.fields().getFirst());
        return field == null || !field.isValueNode() || field.isNull() ? null : field.asText();
    }
}
