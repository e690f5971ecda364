package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.BodyConfig;
import dev.structured.service.config.ItemConfig;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Variable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the parameters and the body of a request by the rules of its route, which turn text into numbers and
/// booleans.
final class Parameters {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final RouteConfig route;
    private final Set<String> cookies;
    private final Map<String, ParamConfig> ofPath = new LinkedHashMap<>();

    Parameters(RouteConfig route) {
        this.route = route;
        this.cookies = route.namedCookies();
        for (String name : route.pattern().parameters()) ofPath.put(name, route.pathParam(name));
    }

    /// Returns the values that variables may refer to, by the first word of the variable.
    ///
    /// @throws BadRequestException if a value breaks the rule that the route has for it
    Map<String, JsonNode> read(PageRequest request) throws BadRequestException {
        Map<String, JsonNode> values = new HashMap<>();
        for (Map.Entry<String, ParamConfig> param : ofPath.entrySet()) {
            String name = param.getKey();
            String text = request.pathParams().get(name);
            if (text == null) {
                throw new IllegalArgumentException("The value of the route's parameter '" + name
                        + "' was not given, only those of " + request.pathParams().keySet());
            }
            values.put(name, ofText("parameter '" + name + "'", text, param.getValue()));
        }
        for (Map.Entry<String, ParamConfig> param : route.params().entrySet()) {
            if (!values.containsKey(param.getKey())) query(param.getKey(), param.getValue(), request, values);
        }
        values.put(Variable.REQUEST, JSON.objectNode().put("id", request.id()));
        values.putAll(request.caller());
        if (!request.headers().isEmpty()) values.put(Variable.HEADER, headers(request));
        String sent = cookies.isEmpty() ? null : request.headers().get("cookie");
        if (sent != null) values.put(Variable.COOKIE, Cookies.named(cookies, sent));
        BodyConfig body = route.body();
        if (body != null) values.put(Variable.BODY, body(body, request.body()));
        return values;
    }

    private static void query(String name, ParamConfig rule, PageRequest request,
            Map<String, JsonNode> values)
            throws BadRequestException {
        List<String> given = request.query().getOrDefault(name, List.of());
        if (rule.type() == ParamConfig.Type.ARRAY && !given.isEmpty()) {
            values.put(name, list("parameter '" + name + "'", given, rule));
            return;
        }
        if (given.size() > 1) {
            throw new BadRequestException(400, "parameter '" + name + "' is given " + given.size()
                    + " times; give it once");
        }
        if (!given.isEmpty()) {
            values.put(name, ofText("parameter '" + name + "'", given.getFirst(), rule));
        } else if (rule.required()) {
            throw new BadRequestException(400,
                    "parameter '" + name + "' is missing; it must be " + words(rule));
        } else {
            JsonNode preset = rule.preset();
            if (preset != null) values.put(name, preset);
            else if (rule.type() == ParamConfig.Type.ARRAY) values.put(name, JSON.arrayNode());
        }
    }

    private static ArrayNode list(String name, List<String> texts, ParamConfig rule)
            throws BadRequestException {
        if (!within(BigDecimal.valueOf(texts.size()), rule.min(), rule.mostValues())) {
            throw new BadRequestException(400, name + " is given " + texts.size() + " times; it must be "
                    + words(rule.type(), rule.min(), rule.mostValues(), rule.oneOf()));
        }
        ArrayNode list = JSON.arrayNode(texts.size());
        ParamConfig elements = rule.elements();
        for (String text : texts) {
            list.add(ofText("element " + (list.size() + 1) + " of " + name, text, elements));
        }
        return list;
    }

    private static ObjectNode headers(PageRequest request) {
        ObjectNode headers = JSON.objectNode();
        request.headers().forEach(headers::put);
        return headers;
    }

    private static JsonNode body(BodyConfig rules, @Nullable JsonNode body) throws BadRequestException {
        if (!(body instanceof ObjectNode object)) {
            throw new BadRequestException(body == null ? 400 : 422,
                    "the request needs a JSON object as its body");
        }
        ObjectNode filled = null;
        for (Map.Entry<String, ParamConfig> field : rules.fields().entrySet()) {
            JsonNode value = object.get(field.getKey());
            JsonNode preset = field.getValue().preset();
            String name = "field '" + field.getKey() + "' of the body";
            if (value != null) {
                check(name, value, field.getValue());
            } else if (field.getValue().required()) {
                throw new BadRequestException(422,
                        name + " is missing; it must be " + words(field.getValue()));
            } else if (preset != null) {
                if (filled == null) filled = object.deepCopy();
                filled.set(field.getKey(), preset);
            }
        }
        return filled == null ? object : filled;
    }

    private static JsonNode ofText(String name, String text, ParamConfig rule) throws BadRequestException {
        JsonNode value = rule.type().read(text);
        if (value == null || !obeys(value, rule)) {
            throw new BadRequestException(400, name + " must be " + words(rule));
        }
        return value;
    }

    private static void check(String name, JsonNode value, ParamConfig rule) throws BadRequestException {
        if (!rule.type().fits(value) || !obeys(value, rule))
            throw new BadRequestException(422, name + " must be " + words(rule));
        ItemConfig items = rule.items();
        if (items == null) return;
        ParamConfig elements = items.rule();
        for (int i = 0; i < value.size(); i++)
            check("element " + (i + 1) + " of " + name, value.get(i), elements);
    }

    private static boolean obeys(JsonNode value, ParamConfig rule) {
        if (!rule.isAllowed(value)) return false;
        return value.isBoolean() || value.isObject()
                || within(ParamConfig.size(value), rule.min(), rule.max());
    }

    private static boolean within(BigDecimal number, @Nullable Integer min, @Nullable Integer max) {
        return (min == null || number.compareTo(BigDecimal.valueOf(min)) >= 0)
                && (max == null || number.compareTo(BigDecimal.valueOf(max)) <= 0);
    }

    /// Returns a rule as text: "a whole number from 1 to 100".
    private static String words(ParamConfig rule) {
        return words(rule.type(), rule.min(), rule.max(), rule.oneOf());
    }

    private static String words(ParamConfig.Type type, @Nullable Integer min, @Nullable Integer max,
            List<String> oneOf) {
        if (!oneOf.isEmpty()) return "one of " + String.join(", ", oneOf);
        String what = switch (type) {
            case STRING -> "text";
            case INTEGER -> "a whole number";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
        };
        String unit = switch (type) {
            case STRING -> " characters";
            case ARRAY -> " elements";
            default -> "";
        };
        String of = unit.isEmpty() ? " " : " of ";
        if (min != null && max != null) {
            return what + of + (unit.isEmpty() ? "from " : "") + min + " to " + max + unit;
        }
        if (min != null) return what + (unit.isEmpty() ? ", " : of) + "at least " + min + unit;
        return max == null ? what : what + (unit.isEmpty() ? ", " : of) + "at most " + max + unit;
    }
}
