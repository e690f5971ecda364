package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.InvalidValueException;
import dev.structured.service.yaml.JsonType;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.YamlValue;
import org.jspecify.annotations.Nullable;

/// Reads JSON with variables.
final class JsonTemplateReader implements ValueType<JsonTemplate> {

    @Override
    public @Nullable JsonTemplate read(YamlValue value) {
        JsonNode node = JsonType.TYPE.read(value);
        if (node == null) return null;
        try {
            return JsonTemplate.parse(node);
        } catch (InvalidValueException e) {
            value.report(e.complaint());
            return null;
        }
    }

    @Override
    public ObjectNode schema() {
        return JsonType.TYPE.schema();
    }
}
