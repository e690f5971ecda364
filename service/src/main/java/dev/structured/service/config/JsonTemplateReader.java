package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.JsonValue;
import dev.structured.service.yaml.Rejected;
import dev.structured.service.yaml.Value;
import dev.structured.service.yaml.ValueType;
import org.jspecify.annotations.Nullable;

/// Reads JSON with variables.
final class JsonTemplateReader implements ValueType<JsonTemplate> {

    @Override
    public @Nullable JsonTemplate read(Value value) {
        JsonNode node = JsonValue.TYPE.read(value);
        if (node == null) return null;
        try {
            return JsonTemplate.parse(node);
        } catch (Rejected e) {
            value.report(e.complaint());
            return null;
        }
    }

    @Override
    public ObjectNode schema() {
        return JsonValue.TYPE.schema();
    }
}
