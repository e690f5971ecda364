package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// JSON with variables. A string that is one variable becomes the variable's value, with its type; a variable
/// within other text becomes text.
public sealed interface JsonTemplate {
    /// The type of such JSON.
    ValueType<JsonTemplate> TYPE = new JsonTemplateReader();

    /// A value without variables.
    record Fixed(JsonNode value) implements JsonTemplate {}

    /// A value that is one variable.
    record Filled(Variable variable) implements JsonTemplate {}

    /// Text with variables in it.
    record Text(TextTemplate text) implements JsonTemplate {}

    /// An object.
    record Fields(Map<String, JsonTemplate> fields) implements JsonTemplate {}

    /// A list.
    record Elements(List<JsonTemplate> elements) implements JsonTemplate {}

    /// Makes a template of JSON.
    static JsonTemplate parse(JsonNode node) throws InvalidValueException {
        return switch (node.getNodeType()) {
            case STRING -> text(TextTemplate.parse(node.textValue()), node);
            case OBJECT -> {
                Map<String, JsonTemplate> fields = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> field : node.properties()) {
                    if (field.getKey().contains("${")) {
                        throw new InvalidValueException(
                                "has a variable in the name of a field, where variables "
                                        + "are not replaced; only values may have variables");
                    }
                    fields.put(field.getKey(), parse(field.getValue()));
                }
                yield new Fields(fields);
            }
            case ARRAY -> {
                List<JsonTemplate> elements = new ArrayList<>();
                for (JsonNode element : node) elements.add(parse(element));
                yield new Elements(elements);
            }
            default -> new Fixed(node);
        };
    }

    private static JsonTemplate text(TextTemplate template, JsonNode node) {
        if (template.variables().isEmpty()) return new Fixed(node);
        Variable whole = template.whole();
        return whole == null ? new Text(template) : new Filled(whole);
    }

    /// Calls `action` with each variable, in order.
    default void variables(Consumer<Variable> action) {
        switch (this) {
            case Fixed fixed -> {
            }
            case Filled filled -> action.accept(filled.variable);
            case Text text -> text.text.variables().forEach(action);
            case Fields fields -> fields.fields.values().forEach(field -> field.variables(action));
            case Elements elements -> elements.elements.forEach(element -> element.variables(action));
        }
    }
}
