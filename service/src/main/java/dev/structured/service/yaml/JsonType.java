package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// The type of JSON values in a file: fixed values and bodies.
public final class JsonType implements ValueType<JsonNode> {
    /// The type.
    public static final JsonType TYPE = new JsonType();

    private static final JsonNodeFactory JSON = PlainNumbers.FACTORY;
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9][0-9]{0,199})");
    private static final Pattern NUMBER = Pattern
            .compile("-?(?:0|[1-9][0-9]{0,199})(?:\\.[0-9]{1,200})?(?:[eE][-+]?[0-9]{1,10})?");

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
        if (scalar instanceof FilledScalar filled && filled.isLost()) return null;
        String text = scalar.getValue();
        boolean filledEmpty = scalar instanceof FilledScalar && text.isEmpty();
        if (!scalar.isPlain() || filledEmpty) return JSON.textNode(text);
        String unclear = UnclearScalar.complaint(text);
        if (unclear != null) {
            value.report(unclear);
            return null;
        }
        try {
            return plain(text);
        } catch (ArithmeticException | NumberFormatException e) {
            value.report("is a number that is too large: " + text + "; put it in quotes if it is text");
            return null;
        }
    }

    /// Returns the value of a text without quotes.
    private static JsonNode plain(String text) {
        return switch (text) {
            case "true", "false" -> JSON.booleanNode(text.equals("true"));
            case "null", "" -> JSON.nullNode();
            default -> number(text);
        };
    }

    private static JsonNode number(String text) {
        if (INTEGER.matcher(text).matches()) return JSON.numberNode(new BigInteger(text));
        return NUMBER.matcher(text).matches() ? PlainNumbers.decimal(text) : JSON.textNode(text);
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
