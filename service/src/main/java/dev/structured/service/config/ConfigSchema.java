package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The JSON Schema (draft 2020-12) of configuration files, made of the same records and [Key]s that read them.
///
/// It knows names, types, choices and bounds. What must hold between keys it cannot say; the reader does.
public final class ConfigSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST = 1_000;

    private final ObjectNode definitions = JSON.objectNode();

    private ConfigSchema() {}

    /// Returns the schema. Each call makes a new one.
    public static ObjectNode schema() {
        ConfigSchema made = new ConfigSchema();
        ObjectNode schema = JSON.objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Routes")
                .put("description", "Downstreams, and routes that make one page of several of their answers. "
                        + "Durations and sizes have a unit. A value may be ${env:NAME}, ${env:NAME:-default} "
                        + "or ${file:/path}. What must hold between keys is checked when the file is read.");
        schema.setAll(made.object(ServiceConfig.class));
        made.definitions.set("outside", ScalarSchema.outside());
        schema.set("$defs", made.definitions);
        return schema;
    }

    private ObjectNode object(Class<? extends Record> type) {
        ObjectNode properties = JSON.objectNode();
        ArrayNode required = JSON.arrayNode();
        for (Slot slot : Slot.of(type)) {
            Key key = slot.key();
            if (key == null) continue;
            properties.set(slot.name(), property(slot, key));
            if (!key.fix().isEmpty()) required.add(slot.name());
        }
        ObjectNode schema = JSON.objectNode().put("type", "object");
        schema.set("properties", properties);
        if (!required.isEmpty()) schema.set("required", required);
        return schema.put("additionalProperties", false);
    }

    private ObjectNode property(Slot slot, Key key) {
        ObjectNode schema = JSON.objectNode()
                .put("description", key.says() + ScalarSchema.bounds(slot.type(), key));
        schema.setAll(of(slot.generic(), key));
        JsonNode preset = preset(slot, key);
        if (preset != null) schema.set("default", preset);
        return schema;
    }

    private ObjectNode of(Type type, Key key) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(arguments[0], key)
                    : map(arguments[0], arguments[1], key);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == QueryRules.class) return query();
        return plain.isRecord() && !Rules.isText(plain)
                ? reference(plain.asSubclass(Record.class))
                : ScalarSchema.of(plain, key);
    }

    /// Returns a reference to a record's definition, which is made where it is met first.
    private ObjectNode reference(Class<? extends Record> type) {
        String simple = type.getSimpleName().replace("Config", "");
        String name = simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
        if (!definitions.has(name)) {
            definitions.set(name, JSON.objectNode());
            definitions.set(name, definition(type));
        }
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }

    private ObjectNode definition(Class<? extends Record> type) {
        Shorthand shorthand = type.getAnnotation(Shorthand.class);
        ObjectNode object = object(type);
        if (shorthand == null) return object;
        ObjectNode either = JSON.objectNode();
        either.putArray("oneOf").add(single(type, shorthand.value())).add(object);
        return either;
    }

    private ObjectNode single(Class<? extends Record> type, String name) {
        for (Slot slot : Slot.of(type)) {
            if (slot.name().equals(name) && slot.key() != null) return of(slot.generic(), slot.key());
        }
        throw new IllegalStateException(type + " is short for '" + name + "', which it has not");
    }

    private ObjectNode list(Type element, Key key) {
        boolean numbers = element == Integer.class;
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", of(element, key));
        if (!numbers && !key.min().isEmpty()) list.put("minItems", Integer.parseInt(key.min()));
        list.put("maxItems", numbers || key.max().isEmpty() ? MOST : Integer.parseInt(key.max()));
        Class<?> plain = (Class<?>) element;
        if (!plain.isRecord() || Rules.isText(plain)) list.put("uniqueItems", true);
        if (!key.single()) return list;
        ObjectNode either = JSON.objectNode();
        either.putArray("oneOf").add(of(element, key)).add(list);
        return either;
    }

    private ObjectNode map(Type names, Type type, Key key) {
        boolean numbers = names == Integer.class;
        ObjectNode map = JSON.objectNode().put("type", "object");
        map.set("propertyNames", ScalarSchema.names(key.each()));
        map.set("additionalProperties", of(type, key));
        if (!numbers && !key.min().isEmpty()) map.put("minProperties", Integer.parseInt(key.min()));
        return map.put("maxProperties", numbers || key.max().isEmpty() ? MOST : Integer.parseInt(key.max()));
    }

    private static ObjectNode query() {
        ObjectNode passed = JSON.objectNode().put("type", "array");
        passed.set("items", ScalarSchema.names("name"));
        passed.put("uniqueItems", true);
        ObjectNode set = JSON.objectNode().put("type", "object");
        set.set("propertyNames", ScalarSchema.names("name"));
        set.set("additionalProperties", ScalarSchema.single());
        ObjectNode either = JSON.objectNode();
        either.putArray("oneOf").add(passed).add(set);
        return either;
    }

    private static @Nullable JsonNode preset(Slot slot, Key key) {
        if (key.preset().isEmpty()) return null;
        if (!(slot.generic() instanceof ParameterizedType list))
            return preset(slot.type(), key, key.preset());
        ArrayNode elements = JSON.arrayNode();
        for (String element : List.of(key.preset().split(", ")))
            elements.add(preset((Class<?>) list.getActualTypeArguments()[0], key, element));
        return elements;
    }

    private static JsonNode preset(Class<?> type, Key key, String text) {
        if (type == boolean.class) return JSON.booleanNode(text.equals("true"));
        boolean number = (type == int.class || type == Integer.class) && !key.bytes();
        return number ? JSON.numberNode(Integer.parseInt(text)) : JSON.textNode(text);
    }
}
