package dev.structured.service.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.ProblemField;
import dev.structured.service.config.ProblemsConfig;
import java.util.List;

/// The components that all routes share in an OpenAPI description: problems, the field `missing`, headers.
final class CommonSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// The names of the shared schemas, which no page's schema may have.
    static final List<String> NAMES = List.of("Problem", "Missing");

    private CommonSchemas() {}

    /// @param problems how problems look
    static void addTo(ObjectNode components, ProblemsConfig problems) {
        ObjectNode schemas = components.withObjectProperty("schemas");
        schemas.set("Missing", missing());
        schemas.set("Problem", problem(problems));
        components.set("headers", headers());
    }

    private static ObjectNode missing() {
        ObjectNode missing = JSON.objectNode();
        missing.put("type", "object");
        missing.put("description", "The parts that are missing, replaced or incomplete, by name.");
        ObjectNode one = missing.putObject("additionalProperties");
        one.put("type", "object");
        ObjectNode properties = one.putObject("properties");
        reasons(properties.putObject("reason").put("type", "string"));
        properties.putObject("detail").put("type", "string");
        properties.putObject("field").put("type", "string").put("description",
                "The page's field for the part, if it has another name.");
        ArrayNode instead = properties.putObject("instead").put("type", "string").putArray("enum");
        for (PartFailure.Instead each : PartFailure.Instead.values()) {
            if (each != PartFailure.Instead.NOTHING) instead.add(each.label());
        }
        one.putArray("required").add("reason").add("detail");
        return missing;
    }

    private static void reasons(ObjectNode schema) {
        ArrayNode names = schema.putArray("enum");
        for (ErrorType type : ErrorType.values()) names.add(type.label());
    }

    private static ObjectNode problem(ProblemsConfig own) {
        ObjectNode problem = JSON.objectNode();
        problem.put("type", "object");
        problem.put("description", "What went wrong (RFC 9457).");
        ObjectNode properties = problem.putObject("properties");
        properties.putObject("type").put("type", "string").put("format", "uri-reference").put("description",
                own.types() == null
                        ? "Names the kind of problem; about:blank where the status says all."
                        : own.types() + " and the name of the kind of problem.");
        properties.putObject("title").put("type", "string");
        properties.putObject("status").put("type", "integer");
        properties.putObject("detail").put("type", "string");
        properties.putObject("instance").put("type", "string").put("format", "uri-reference");
        reasons(properties.putObject("error").put("type", "string")
                .put("description", "The kind of failure of a part."));
        properties.putObject("part").put("type", "string").put("description", "The part that failed.");
        properties.putObject("downstream").put("type", "string");
        properties.putObject("upstreamStatus").put("type", "integer");
        properties.putObject("budgetMs").put("type", "integer").put("description",
                "The time that was available.");
        properties.putObject("elapsedMs").put("type", "integer").put("description",
                "The time that had passed.");
        own.fields().forEach((name, value) -> properties.set(name, field(value)));
        ArrayNode required = problem.putArray("required");
        List.of("type", "title", "status", "detail", "instance").forEach(required::add);
        own.fields().keySet().forEach(required::add);
        return problem;
    }

    /// Returns the schema of a member that the configuration adds: a constant, unless variables are filled
    /// in.
    private static ObjectNode field(JsonNode value) {
        ObjectNode field = JSON.objectNode();
        if (!ProblemField.VARIABLE.matcher(value.toString()).find()) return field.set("const", value);
        return value.isTextual() ? field.put("type", "string") : field;
    }

    private static ObjectNode headers() {
        ObjectNode headers = JSON.objectNode();
        AnswerHeaders.header(headers, "X-Request-Id", "The request's id: the client's, or a new one.");
        AnswerHeaders.header(headers, "X-Parts",
                "The number of parts and the names of those that are missing; only if some are missing.");
        AnswerHeaders.header(headers, "Proxy-Status",
                "The reason why each missing part is missing (RFC 9209).");
        AnswerHeaders.header(headers, "Cache-Control",
                "How long the page may be reused: as long as each of its parts.");
        AnswerHeaders.header(headers, "Retry-After",
                "The number of seconds after which a retry may succeed.");
        return headers;
    }

    /// Gives an answer a problem as its body.
    static void addProblem(ObjectNode answer) {
        answer.putObject("content").putObject("application/problem+json").set("schema",
                ref("schemas", "Problem"));
    }

    /// Returns a reference to a component.
    static ObjectNode ref(String kind, String name) {
        return JSON.objectNode().put("$ref", "#/components/" + kind + "/" + name);
    }
}
