package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.JsonTemplate;
import dev.structured.service.config.TextTemplate;
import dev.structured.service.config.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills values into templates of text and JSON.
final class TemplateWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TemplateWriter() {}

    /// Returns the text; null if the template is a single variable whose value is missing or null.
    static @Nullable String optional(TextTemplate template, Bindings bindings) throws UnusableValueException {
        Variable whole = template.whole();
        return whole != null && isNone(bindings.find(whole)) ? null : text(template, bindings);
    }

    private static boolean isNone(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /// Returns the texts of a value that may be a list: one for each element if the template is a single
    /// variable whose value is a list; none if [#optional] has none; otherwise the text.
    ///
    /// @throws UnusableValueException if an element is null, an object or a list
    static List<String> each(TextTemplate template, Bindings bindings) throws UnusableValueException {
        Variable whole = template.whole();
        if (whole != null) {
            JsonNode value = bindings.find(whole);
            if (isNone(value)) return List.of();
            if (value.isArray()) return elements(whole, value, bindings);
        }
        return List.of(text(template, bindings));
    }

    private static List<String> elements(Variable variable, JsonNode list, Bindings bindings)
            throws UnusableValueException {
        List<String> texts = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            if (element.isContainerNode() || element.isNull()) {
                throw bindings.unusable(variable,
                        "is an array with an element that is not text, a number or a boolean");
            }
            texts.add(element.asText());
        }
        return texts;
    }

    static String text(TextTemplate template, Bindings bindings) throws UnusableValueException {
        StringBuilder text = new StringBuilder();
        for (TextTemplate.Piece piece : template.pieces()) {
            text.append(switch (piece) {
                case TextTemplate.Literal literal -> literal.text();
                case Variable variable -> bindings.text(variable);
            });
        }
        return text.toString();
    }

    /// Returns the JSON value. The values of variables keep their types.
    ///
    /// @throws UnusableValueException if a variable has no value; null is a value
    static JsonNode json(JsonTemplate template, Bindings bindings) throws UnusableValueException {
        return switch (template) {
            case JsonTemplate.Fixed(JsonNode value) -> value;
            case JsonTemplate.Text(TextTemplate text) -> JSON.textNode(text(text, bindings));
            case JsonTemplate.Filled(Variable variable) -> {
                JsonNode value = bindings.find(variable);
                if (value.isMissingNode()) throw bindings.unusable(variable, "is missing");
                yield value;
            }
            case JsonTemplate.Fields(Map<String, JsonTemplate> fields) -> {
                ObjectNode object = JSON.objectNode();
                for (Map.Entry<String, JsonTemplate> field : fields.entrySet()) {
                    object.set(field.getKey(), json(field.getValue(), bindings));
                }
                yield object;
            }
            case JsonTemplate.Elements(var elements) -> {
                ArrayNode list = JSON.arrayNode(elements.size());
                for (JsonTemplate element : elements) list.add(json(element, bindings));
                yield list;
            }
        };
    }
}
