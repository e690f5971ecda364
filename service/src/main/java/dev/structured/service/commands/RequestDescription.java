package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.BodyConfig;
import dev.structured.service.config.DeadlineHeader;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.config.ShapedSegment;
import dev.structured.service.config.Variable;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The OpenAPI description of a route's request: parameters, headers and body.
final class RequestDescription {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]*)\\}");
    /// Headers that OpenAPI describes elsewhere and ignores among the parameters.
    private static final Set<String> NOT_PARAMETERS = Set.of("accept", "content-type", "authorization");

    private final ServiceConfig config;
    private final RouteConfig route;
    /// The route whose pages a batch consists of; for other routes, the route itself.
    private final RouteConfig pages;
    private final List<String> names;
    private final ArrayNode parameters = JSON.arrayNode();

    /// @param path the path under which the route appears; that of another route if the two differ only in
    ///     the names of parameters
    RequestDescription(ServiceConfig config, RouteConfig route, String path) {
        this.config = config;
        this.route = route;
        BatchConfig batch = route.batch();
        this.pages = batch == null ? route : CallBound.pages(config, batch);
        this.names = PARAMETER.matcher(path).results().map(found -> found.group(1)).toList();
    }

    void addTo(ObjectNode operation) {
        path();
        query();
        headers();
        if (!parameters.isEmpty()) operation.set("parameters", parameters);
        ObjectNode body = body();
        if (body == null) return;
        ObjectNode request = operation.putObject("requestBody").put("required", true);
        request.putObject("content").putObject("application/json").set("schema", body);
    }

    private ObjectNode parameter(String name, String in, boolean required, ObjectNode schema) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", in).put("required",
                required);
        parameter.set("schema", schema);
        return parameter;
    }

    private void path() {
        List<String> own = List.copyOf(route.pattern().parameters());
        for (int i = 0; i < own.size(); i++) {
            ObjectNode schema = schema(route.pathParam(own.get(i)));
            addPattern(route.pattern().shaped(own.get(i)), schema);
            parameter(names.get(i), "path", true, schema);
        }
    }

    /// Adds the pattern of a parameter that is text.
    static void addPattern(@Nullable ShapedSegment shaped, ObjectNode schema) {
        if (shaped == null || shaped.pattern() == null || shaped.type() != ParamConfig.Type.STRING) return;
        schema.put("pattern", "^(?:" + shaped.pattern() + ")$");
    }

    private void query() {
        Set<String> passed = new LinkedHashSet<>();
        pages.parts().values().forEach(part -> passed.addAll(pages.query(part).passed()));
        Map<String, ParamConfig> known = new LinkedHashMap<>(pages.params());
        known.putAll(route.params());
        known.keySet().removeAll(pages.pattern().parameters());
        known.keySet().removeAll(route.pattern().parameters());
        known.forEach((name, rule) -> {
            ObjectNode schema = schema(rule);
            if (rule.type() == ParamConfig.Type.ARRAY) {
                schema.put("maxItems", rule.mostValues()).set("items", schema(rule.elements()));
            }
            parameter(name, "query", rule.required(), schema);
        });
        for (String name : passed) {
            if (known.containsKey(name)) continue;
            parameter(name, "query", false, JSON.objectNode().put("type", "string"))
                    .put("description", "Passed on unchanged.");
        }
    }

    private void headers() {
        Set<String> taken = new LinkedHashSet<>();
        for (PartConfig part : pages.parts().values()) {
            taken.addAll(pages.requestHeaders(part));
            part.variables(variable -> addHeader(variable, taken));
        }
        for (String name : taken) {
            if (NOT_PARAMETERS.contains(name)) continue;
            parameter(name, "header", false, JSON.objectNode().put("type", "string"));
        }
        for (String name : pages.namedCookies()) {
            parameter(name, "cookie", false, JSON.objectNode().put("type", "string"));
        }
        for (DeadlineHeader header : config.server().deadlineHeaders()) {
            ObjectNode schema = header == DeadlineHeader.GRPC_TIMEOUT
                    ? JSON.objectNode().put("type", "string").put("pattern", "^[0-9]{1,8}[HMSmun]$")
                    : JSON.objectNode().put("type", "integer").put("minimum", 0);
            parameter(header.headerName(), "header", false, schema)
                    .put("description", "The client's timeout, counted from the request, in "
                            + (header == DeadlineHeader.GRPC_TIMEOUT ? "gRPC's units." : "milliseconds."));
        }
    }

    private static void addHeader(Variable variable, Set<String> taken) {
        if (!variable.name().equals(Variable.HEADER) || variable.fields().isEmpty()) return;
        taken.add(variable.fields().getFirst().toLowerCase(Locale.ROOT));
    }

    private @Nullable ObjectNode body() {
        BodyConfig body = route.body();
        BatchConfig batch = route.batch();
        if (body == null && batch == null) return null;
        ObjectNode schema = JSON.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        Set<String> required = new LinkedHashSet<>();
        for (Map.Entry<String, ParamConfig> field : body == null
                ? Map.<String, ParamConfig>of().entrySet()
                : body.fields().entrySet()) {
            properties.set(field.getKey(), schema(field.getValue()));
            if (field.getValue().required()) required.add(field.getKey());
        }
        if (batch != null) items(batch, properties, required);
        if (!required.isEmpty()) required.forEach(schema.putArray("required")::add);
        return schema;
    }

    /// Adds the list of a batch if it is a field of the body itself.
    private void items(BatchConfig batch, ObjectNode properties, Set<String> required) {
        Variable items = batch.items();
        if (!items.name().equals(Variable.BODY) || items.fields().size() != 1) return;
        String field = items.fields().getFirst();
        required.add(field);
        ObjectNode list = properties.withObjectProperty(field).put("type", "array").put("maxItems",
                batch.atMost());
        list.set("items", item(pages));
    }

    private static ObjectNode item(RouteConfig pages) {
        Set<String> names = pages.pattern().parameters();
        ObjectNode object = JSON.objectNode().put("type", "object");
        for (String name : names) object.withObjectProperty("properties").putObject(name);
        names.forEach(object.putArray("required")::add);
        if (names.size() != 1) return object;
        ObjectNode either = JSON.objectNode();
        ArrayNode values = either.putArray("anyOf").addObject().putArray("type");
        values.add("string").add("number").add("boolean");
        either.withArrayProperty("anyOf").add(object);
        return either;
    }

    private static ObjectNode schema(ParamConfig rule) {
        ObjectNode schema = JSON.objectNode().put("type", rule.type().label());
        if (!rule.oneOf().isEmpty()) {
            ArrayNode allowed = schema.putArray("enum");
            for (String value : rule.oneOf()) {
                if (rule.type() == ParamConfig.Type.INTEGER || rule.type() == ParamConfig.Type.NUMBER) {
                    allowed.add(new BigDecimal(value));
                } else {
                    allowed.add(value);
                }
            }
        }
        if (rule.min() != null) schema.put(lower(rule.type()), rule.min());
        if (rule.max() != null) schema.put(upper(rule.type()), rule.max());
        if (rule.items() != null) schema.set("items", schema(rule.items().rule()));
        if (rule.preset() != null) schema.set("default", rule.preset());
        return schema;
    }

    private static String lower(ParamConfig.Type type) {
        return switch (type) {
            case INTEGER, NUMBER -> "minimum";
            case ARRAY -> "minItems";
            case OBJECT -> "minProperties";
            default -> "minLength";
        };
    }

    private static String upper(ParamConfig.Type type) {
        return switch (type) {
            case INTEGER, NUMBER -> "maximum";
            case ARRAY -> "maxItems";
            case OBJECT -> "maxProperties";
            default -> "maxLength";
        };
    }
}
