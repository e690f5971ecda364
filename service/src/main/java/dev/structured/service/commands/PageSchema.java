package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The JSON Schema of a route's pages: the fields that the file defines, which of them are always present,
/// and which may be null. The file does not define the content of the downstreams' answers.
final class PageSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final RouteConfig route;
    private final ObjectNode page = object();

    private PageSchema(RouteConfig route) {
        this.route = route;
    }

    static ObjectNode of(RouteConfig route) {
        PageSchema schema = new PageSchema(route);
        for (PartConfig part : route.parts().values()) {
            if (part.place().show()) schema.add(part);
        }
        schema.properties(schema.page).set(RouteConfig.MISSING, CommonSchemas.ref("schemas", "Missing"));
        return schema.page;
    }

    private static ObjectNode object() {
        return JSON.objectNode().put("type", "object");
    }

    private ObjectNode properties(ObjectNode schema) {
        return schema.withObjectProperty("properties");
    }

    private void add(PartConfig part) {
        ObjectNode place = page;
        String group = part.place().group();
        if (group != null) {
            if (!properties(page).has(group)) properties(page).set(group, object());
            place = properties(page).withObjectProperty(group);
            if (isAlwaysThere(part)) require(page, group);
        }
        if (part.place().merge()) {
            for (String field : fields(part)) properties(place).set(field, JSON.objectNode());
        } else {
            String field = part.field();
            properties(place).set(field, value(part));
            if (isAlwaysThere(part)) require(place, field);
        }
    }

    private static void require(ObjectNode schema, String field) {
        ArrayNode required = schema.withArrayProperty("required");
        for (JsonNode known : required) {
            if (known.textValue().equals(field)) return;
        }
        required.add(field);
    }

    /// Returns true if the page always has the part's field. A part that is not asked for has no field, and
    /// neither has a part that takes values from one.
    private boolean isAlwaysThere(PartConfig part) {
        return part.failure().onFailure() != OnFailure.OMIT && isAlwaysAsked(part);
    }

    private boolean isAlwaysAsked(PartConfig part) {
        if (!part.when().isEmpty()) return false;
        return route.needs(part).stream().map(route::part)
                .allMatch(need -> isAlwaysAsked(need) || !part.lostWithout().contains(need.name()));
    }

    private ObjectNode value(PartConfig part) {
        JsonNode fixed = part.value();
        if (fixed != null) return JSON.objectNode().set("const", fixed);
        ObjectNode schema = JSON.objectNode();
        PartSource.Each each = part.each();
        if (each != null) {
            schema.set("type", types("array", isNullable(part)));
            if (!part.shape().flatten()) schema.put("maxItems", each.atMost());
            if (!part.shape().allow().isEmpty() && !part.shape().flatten()) schema.set("items", taken(part));
        } else if (!part.shape().allow().isEmpty()) {
            schema = taken(part);
        }
        if (isNullable(part)) schema.put("description", "null when the part is missing");
        return schema;
    }

    private static JsonNode types(String type, boolean nullable) {
        return nullable ? JSON.arrayNode().add(type).add("null") : JSON.textNode(type);
    }

    private static boolean isNullable(PartConfig part) {
        OnFailure failure = part.failure().onFailure();
        return !part.isRequired()
                && (failure == null || failure == OnFailure.NULL || failure == OnFailure.STALE);
    }

    /// Returns the schema of the fields that are taken. It has no type, because the fields may be those of a
    /// list's elements.
    private static ObjectNode taken(PartConfig part) {
        ObjectNode schema = JSON.objectNode();
        ObjectNode properties = schema.putObject("properties");
        for (String field : fields(part)) properties.putObject(field);
        return schema;
    }

    /// Returns the names of a part's fields in the page.
    private static List<String> fields(PartConfig part) {
        return part.shape().allow().stream().map(PageSchema::first).distinct()
                .map(field -> renamed(part, field)).toList();
    }

    private static String first(FieldPath path) {
        return path.steps().getFirst();
    }

    private static String renamed(PartConfig part, String field) {
        @Nullable
        String name = part.shape().rename().get(field);
        return name == null ? field : name;
    }
}
