package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.FlagType;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.KeyedComponent;
import dev.structured.service.yaml.Presets;
import dev.structured.service.yaml.Shorthand;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.WholeNumber;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The JSON Schema (draft 2020-12) of configuration files, made of the same records and [Key]s that read
/// them.
///
/// It states names, types, choices and bounds. It cannot state what must hold between keys; the reader checks
/// that.
public final class ConfigSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

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
        ObjectNode whole = made.object(ServiceConfig.class);
        // What a file needs may be in those that it includes.
        ArrayNode enough = JSON.arrayNode();
        enough.addObject().set("required", whole.remove("required"));
        enough.addObject().putArray("required").add("include");
        whole.set("anyOf", enough);
        whole.putObject("if").putObject("not").putArray("required").add("include");
        whole.putObject("then").putObject("properties").putObject("downstreams")
                .set("additionalProperties", placed());
        whole.putObject("patternProperties").putObject("^x-").put("description", "Values for anchors.");
        schema.setAll(whole);
        made.definitions.set("outside", outside());
        schema.set("$defs", made.definitions);
        return schema;
    }

    private ObjectNode object(Class<? extends Record> type) {
        ObjectNode properties = JSON.objectNode();
        ArrayNode required = JSON.arrayNode();
        for (KeyedComponent component : KeyedComponent.keys(type)) {
            Key key = component.key();
            if (key == null) continue;
            properties.set(component.name(), property(component, key));
            if (component.needed() && !key.inDefaults()) required.add(component.name());
        }
        ObjectNode schema = JSON.objectNode().put("type", "object");
        schema.set("properties", properties);
        if (!required.isEmpty()) schema.set("required", required);
        if (type != DownstreamConfig.class) addAlternatives(type, schema);
        return schema.put("additionalProperties", false);
    }

    /// Returns the schema of a downstream that says where it is; where files are included, another one may
    /// say it.
    private static ObjectNode placed() {
        ObjectNode placed = JSON.objectNode();
        addAlternatives(DownstreamConfig.class, placed);
        return placed;
    }

    private static void addAlternatives(Class<? extends Record> type, ObjectNode schema) {
        List<List<String>> alternatives = KeyedComponent.alternatives(type);
        if (alternatives.isEmpty()) return;
        ArrayNode any = schema.putArray("anyOf");
        alternatives.forEach(each -> each.forEach(any.addObject().putArray("required")::add));
    }

    private ObjectNode property(KeyedComponent component, Key key) {
        ObjectNode schema = JSON.objectNode()
                .put("description", key.says() + (component.values() == null
                        ? ""
                        : component.values().remark()));
        schema.setAll(key.inDefaults() ? orNull(of(component, key)) : of(component, key));
        JsonNode preset = preset(component, key);
        if (preset != null) schema.set("default", preset);
        return schema;
    }

    private ObjectNode of(KeyedComponent component, Key key) {
        if (component.type() == List.class) return list(component, key, key.single());
        if (component.type() == Map.class) return map(component, key);
        return component.type() == Presets.class ? presets(component) : one(component);
    }

    /// Returns a schema that also allows null, which takes a default back.
    private static ObjectNode orNull(ObjectNode schema) {
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }

    private ObjectNode presets(KeyedComponent component) {
        ObjectNode properties = JSON.objectNode();
        for (KeyedComponent each : KeyedComponent.keys(component.element().asSubclass(Record.class))) {
            Key key = each.key();
            if (key != null && each.inDefaults()) properties.set(each.name(), of(each, key));
        }
        ObjectNode schema = JSON.objectNode().put("type", "object");
        schema.set("properties", properties);
        return schema.put("additionalProperties", false);
    }

    private ObjectNode one(KeyedComponent component) {
        ValueType<?> type = component.values();
        return type == null ? reference(component.element().asSubclass(Record.class)) : type.schema();
    }

    /// Returns a reference to a record's definition, which is made at its first use.
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
        for (KeyedComponent component : KeyedComponent.keys(type)) {
            if (component.name().equals(name) && component.key() != null)
                return of(component,
                        component.key());
        }
        throw new IllegalStateException(
                type + " has a shorthand for '" + name + "', which is none of its keys");
    }

    private ObjectNode list(KeyedComponent component, Key key, boolean single) {
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", one(component));
        if (component.fewest(key) > 0) list.put("minItems", component.fewest(key));
        list.put("maxItems", component.most(key));
        if (!component.isSection()) list.put("uniqueItems", true);
        if (!single) return list;
        ObjectNode either = JSON.objectNode();
        either.putArray("oneOf").add(one(component)).add(list);
        return either;
    }

    private ObjectNode map(KeyedComponent component, Key key) {
        ObjectNode map = JSON.objectNode().put("type", "object");
        map.set("propertyNames", Objects.requireNonNull(component.names()).nameSchema());
        map.set("additionalProperties", component.lists() ? list(component, key, false) : one(component));
        if (component.fewest(key) > 0) map.put("minProperties", component.fewest(key));
        return map.put("maxProperties", component.most(key));
    }

    /// Returns the schema of a value with a variable in it, whose result the schema cannot know.
    private static ObjectNode outside() {
        return JSON.objectNode()
                .put("description", "A value with ${env:NAME}, ${env:NAME:-default} or ${file:/path} in it.")
                .put("type", "string")
                .put("pattern", "\\$\\{(?:env|file):");
    }

    private static @Nullable JsonNode preset(KeyedComponent component, Key key) {
        if (key.preset().isEmpty()) return null;
        if (component.type() != List.class) return preset(component, key.preset());
        ArrayNode elements = JSON.arrayNode();
        for (String element : List.of(key.preset().split(", "))) elements.add(preset(component, element));
        return elements;
    }

    /// Returns a default as JSON: a text if the key's values are texts, otherwise the value that YAML reads.
    private static JsonNode preset(KeyedComponent component, String text) {
        ValueType<?> type = component.values();
        if (type instanceof FlagType) return JSON.booleanNode(text.equals("true"));
        return type instanceof WholeNumber ? JSON.numberNode(Integer.parseInt(text)) : JSON.textNode(text);
    }
}
