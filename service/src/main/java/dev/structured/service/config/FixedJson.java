package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.JsonType;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.YamlValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON without variables. For [Key#type()] of JSON that clients get unchanged.
final class FixedJson implements ValueType<JsonNode> {
    /// The type.
    public static final FixedJson TYPE = new FixedJson();

    private static final String VARIABLE = "${";

    private FixedJson() {}

    @Override
    public @Nullable JsonNode read(YamlValue value) {
        JsonNode read = JsonType.TYPE.read(value);
        if (read == null || !hasVariable(read)) return read;
        value.locate(text -> text.contains(VARIABLE)).report("has a variable, but none is filled in "
                + "here: clients "
                + "would get '${...}' as text; remove it, or ask a downstream for the value");
        return null;
    }

    private static boolean hasVariable(JsonNode value) {
        if (value.isTextual()) return value.textValue().contains(VARIABLE);
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (field.getKey().contains(VARIABLE)) return true;
        }
        for (JsonNode element : value) {
            if (hasVariable(element)) return true;
        }
        return false;
    }

    @Override
    public ObjectNode schema() {
        return JsonType.TYPE.schema();
    }

    @Override
    public JsonNode placeholder() {
        return JsonType.TYPE.placeholder();
    }
}
