package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.JsonType;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.YamlValue;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// JSON without variables, or with a few that are filled in. [#TYPE] is for [Key#type()] of JSON that clients
/// get unchanged.
final class FixedJson implements ValueType<JsonNode> {
    /// What a variable begins with.
    static final String VARIABLE = "${";

    /// The type of JSON without variables.
    public static final FixedJson TYPE = new FixedJson(text -> text.contains(VARIABLE),
            "has a variable, but none is filled in here: clients would get '${...}' as text; remove it, or"
                    + " ask a downstream for the value");

    private final Predicate<String> refused;
    private final String complaint;

    /// @param refused returns true for a text that no value may be; no key may have a variable at all
    /// @param complaint the problem, as the end of a sentence
    FixedJson(Predicate<String> refused, String complaint) {
        this.refused = refused;
        this.complaint = complaint;
    }

    @Override
    public @Nullable JsonNode read(YamlValue value) {
        JsonNode read = JsonType.TYPE.read(value);
        if (read == null || !hasRefused(read)) return read;
        value.locate(refused).report(complaint);
        return null;
    }

    private boolean hasRefused(JsonNode value) {
        if (value.isTextual()) return refused.test(value.textValue());
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            if (field.getKey().contains(VARIABLE)) return true;
        }
        for (JsonNode element : value) {
            if (hasRefused(element)) return true;
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
