package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Makes JSON of what stands in a file: fixed values and bodies.
public final class JsonType implements ValueType<JsonNode> {
    /// How JSON is written: as YAML.
    public static final JsonType TYPE = new JsonType();

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,40}");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}(?:\\.[0-9]{1,40})?");

    private JsonType() {}

    @Override
    public @Nullable JsonNode read(YamlValue value) {
        return of(value);
    }

    @Override
    public ObjectNode schema() {
        return JSON.objectNode();
    }

    @Override
    public JsonNode placeholder() {
        return JSON.nullNode();
    }

    private static @Nullable JsonNode of(YamlValue value) {
        return switch (value.node()) {
            case ScalarNode scalar -> scalar(value, scalar);
            case SequenceNode sequence -> list(value, sequence);
            case MappingNode mapping -> object(value);
            default -> throw new IllegalStateException("No such node: " + value.node());
        };
    }

    private static @Nullable JsonNode scalar(YamlValue value, ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar instanceof FilledScalar filled) {
            if (filled.isLost()) return null;
            return filled.isPlain() ? typed(filled.getValue()) : JSON.textNode(filled.getValue());
        }
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) return JSON.nullNode();
        if (tag.equals(Tag.BOOL)) return JSON.booleanNode(text.equals("true"));
        if (!tag.equals(Tag.INT) && !tag.equals(Tag.FLOAT)) return JSON.textNode(text);
        try {
            return tag.equals(Tag.INT)
                    ? JSON.numberNode(new BigInteger(text))
                    : JSON.numberNode(new BigDecimal(text));
        } catch (NumberFormatException e) {
            value.report("is a number that JSON does not know: " + text + "; put it in quotes if it is text");
            return null;
        }
    }

    /// Returns what was filled in without quotes around it: a number where it looks like one.
    private static JsonNode typed(String text) {
        if (INTEGER.matcher(text).matches()) return JSON.numberNode(new BigInteger(text));
        if (NUMBER.matcher(text).matches()) return JSON.numberNode(new BigDecimal(text));
        return switch (text) {
            case "true", "false" -> JSON.booleanNode(text.equals("true"));
            case "null" -> JSON.nullNode();
            default -> JSON.textNode(text);
        };
    }

    private static @Nullable JsonNode list(YamlValue value, SequenceNode sequence) {
        ArrayNode list = JSON.arrayNode();
        boolean sound = true;
        for (int i = 0; i < sequence.getValue().size(); i++) {
            JsonNode element = of(
                    new YamlValue("element " + (i + 1) + " of " + value.name(), sequence.getValue().get(i),
                            value.problems()));
            if (element == null) {
                sound = false;
            } else {
                list.add(element);
            }
        }
        return sound ? list : null;
    }

    private static @Nullable JsonNode object(YamlValue value) {
        Map<String, YamlValue.Entry> entries = value.entries();
        if (entries == null) return null;
        ObjectNode object = JSON.objectNode();
        boolean sound = true;
        for (Map.Entry<String, YamlValue.Entry> entry : entries.entrySet()) {
            JsonNode field = of(
                    new YamlValue("'" + entry.getKey() + "' of " + value.name(), entry.getValue().value(),
                            value.problems()));
            if (field == null) {
                sound = false;
            } else {
                object.set(entry.getKey(), field);
            }
        }
        return sound ? object : null;
    }
}
