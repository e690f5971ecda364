package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// The schemas of single values, by their Java types: what [Rules] are to reading.
final class ScalarSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PERCENT = "(?:100(?:\\.0{1,2})?|0?[0-9]{1,2}(?:\\.[0-9]{1,2})?)\\s*%";
    private static final String DURATION = Quantity.DURATION.pattern();
    private static final String ANYTHING = "[\\s\\S]*\\S[\\s\\S]*";

    /// Types that are written as text of a certain form. A reader knows more about some of them than their form.
    private static final Map<Class<?>, String> FORMS = Map.ofEntries(
            Map.entry(RoutePath.class, "/.*"),
            Map.entry(PathTemplate.class, "/.*"),
            Map.entry(TextTemplate.class, ANYTHING),
            Map.entry(Variable.class, Variable.WRITTEN.pattern()),
            Map.entry(Condition.class, Condition.WRITTEN.pattern()),
            Map.entry(FieldPath.class, FieldPath.WRITTEN.pattern()),
            Map.entry(HeaderValue.class, "[\\t -~]{1,4000}"),
            Map.entry(URI.class, "(?:[hH][tT][tT][pP]://|demo:).+"),
            Map.entry(BudgetRule.class,
                    "(?:" + PERCENT + "|(?:remaining\\s*-\\s*)?" + DURATION + ")"),
            Map.entry(Share.class, PERCENT),
            Map.entry(HedgeDelay.class, "(?:p[5-9][0-9](?:\\.[0-9])?|" + DURATION + ")"));

    private ScalarSchema() {}

    static ObjectNode of(Class<?> type, Key key) {
        if (type == JsonNode.class || type == JsonTemplate.class) return JSON.objectNode();
        if (type == String.class && key.each().equals("value")) return single();
        return orOutside(inside(type, key));
    }

    private static ObjectNode inside(Class<?> type, Key key) {
        String form = FORMS.get(type);
        if (form != null) return text(form);
        if (type == boolean.class) return JSON.objectNode().put("type", "boolean");
        if (type == String.class) return string(key.each());
        if (type == Duration.class) return text(DURATION);
        if (type.isEnum()) return choice(type);
        if (key.bytes()) return text(Quantity.SIZE.pattern());
        return JSON.objectNode()
                .put("type", "integer")
                .put("minimum", Integer.parseInt(key.min()))
                .put("maximum", Integer.parseInt(key.max()));
    }

    private static ObjectNode string(String what) {
        return switch (what) {
            case "header", "name" -> names(what);
            case "field of the page" -> names("");
            default -> text(ANYTHING);
        };
    }

    /// Returns the schema of the names in a mapping.
    ///
    /// @param kind what is named, e.g. `part`
    static ObjectNode names(String kind) {
        return switch (kind) {
            case "header" -> text(Rules.HEADER_NAME.pattern());
            case "name" -> text("[!\"$'()*,./0-9:;<>-~-]{1,64}");
            case "field" -> JSON.objectNode();
            case "status" -> text(Rules.STATUS.pattern());
            default -> text(Rules.NAME.pattern());
        };
    }

    /// Returns the schema of a single value that may be anything.
    static ObjectNode single() {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("type").add("string").add("number").add("boolean");
        return schema;
    }

    private static ObjectNode text(String form) {
        return JSON.objectNode().put("type", "string").put("pattern", "^(?:" + form + ")$");
    }

    /// The word null is written without quotes, and then is no word.
    private static ObjectNode choice(Class<?> type) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode choices = schema.putArray("enum");
        for (Object constant : type.getEnumConstants()) {
            String word = Rules.written((Enum<?>) constant);
            choices.add(word);
            if (word.equals("null")) choices.addNull();
        }
        return schema;
    }

    private static ObjectNode orOutside(ObjectNode schema) {
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).addObject().put("$ref", "#/$defs/outside");
        return either;
    }

    /// Returns the schema of a value that something is filled in to: what, the schema cannot know.
    static ObjectNode outside() {
        return JSON.objectNode()
                .put("description", "A value with ${env:NAME}, ${env:NAME:-default} or ${file:/path} in it.")
                .put("type", "string")
                .put("pattern", "\\$\\{(?:env|file):");
    }

    /// Returns the bounds that the schema cannot say otherwise, as a sentence.
    static String bounds(Class<?> type, Key key) {
        boolean quantity = type == Duration.class || key.bytes();
        return quantity ? " From " + key.min() + " to " + key.max() + "." : "";
    }
}
