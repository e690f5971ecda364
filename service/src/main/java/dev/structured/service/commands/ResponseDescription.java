package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.HeaderPolicy;
import dev.structured.service.config.JsonMediaType;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.util.Map;
import java.util.TreeMap;

/// The OpenAPI description of a route's answers.
final class ResponseDescription {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ServiceConfig config;
    private final RouteConfig route;
    private final String name;
    private final Map<RouteConfig, String> names;

    /// @param name the name of the route's page schema
    /// @param names the names of the page schemas of all routes
    ResponseDescription(ServiceConfig config, RouteConfig route, String name,
            Map<RouteConfig, String> names) {
        this.config = config;
        this.route = route;
        this.name = name;
        this.names = names;
    }

    void addTo(ObjectNode operation) {
        ObjectNode responses = operation.putObject("responses");
        BatchConfig batch = route.batch();
        if (batch == null) {
            page(responses);
        } else {
            responses.set("200", batch(batch));
        }
        problems().forEach((status, description) -> responses.set(status, problem(status, description)));
    }

    private ObjectNode answer(String description) {
        ObjectNode answer = JSON.objectNode().put("description", description);
        ObjectNode headers = answer.putObject("headers");
        new AnswerHeaders(config, route).addTo(headers);
        headers.set("Cache-Control", CommonSchemas.ref("headers", "Cache-Control"));
        return answer;
    }

    private void page(ObjectNode responses) {
        AnswerConfig rules = route.answer();
        ObjectNode answer = answer(rules.hasBody()
                ? "The page, without optional parts that failed."
                : "The page is there, and is not sent.");
        ObjectNode headers = answer.withObjectProperty("headers");
        headers.set("X-Parts", CommonSchemas.ref("headers", "X-Parts"));
        headers.set("Proxy-Status", CommonSchemas.ref("headers", "Proxy-Status"));
        returned(headers);
        if (rules.location() != null)
            AnswerHeaders.header(headers, "Location", "Where the client goes, or finds what was made.");
        if (rules.etag()) tagged(headers, responses);
        boolean compressed = rules.compress() != AnswerConfig.Compress.NEVER
                && !config.edge().compression().encodings().isEmpty();
        if (rules.hasBody() && compressed) {
            AnswerHeaders.header(headers, "Content-Encoding",
                    "Only for clients whose Accept-Encoding allows it.");
        }
        if (rules.hasBody()) content(answer, rules);
        responses.set(String.valueOf(rules.status()), answer);
    }

    private void returned(ObjectNode headers) {
        for (PartConfig part : route.parts().values()) {
            for (String header : part.responseHeaders()) {
                AnswerHeaders.header(headers, header, "Sent by '" + part.downstream() + "'.");
            }
            if (part.setCookies().isEmpty()) continue;
            AnswerHeaders.header(headers, "Set-Cookie",
                    "Cookies that '" + part.downstream() + "' sets: " + String.join(", ", part.setCookies())
                            + ".");
        }
    }

    private void tagged(ObjectNode headers, ObjectNode responses) {
        AnswerHeaders.header(headers, "ETag",
                "Changes when any part of the page does; only on complete pages.");
        responses.set("304", answer("The client has the page: If-None-Match names its ETag."));
    }

    private void content(ObjectNode answer, AnswerConfig rules) {
        ObjectNode content = answer.putObject("content");
        content.putObject("application/json").set("schema", CommonSchemas.ref("schemas", name));
        if (!rules.type().equals(JsonMediaType.JSON)) {
            content.putObject(rules.type().text()).set("schema", CommonSchemas.ref("schemas", name));
        }
        if (!route.mayBeStreamed()) return;
        streamed(content, "application/x-ndjson",
                "One JSON object a line, as parts come in; the last one has the event 'done'.");
        streamed(content, "text/event-stream",
                "Server-sent events, as parts come in: 'part', 'part-error', and at last 'done'.");
    }

    private static void streamed(ObjectNode content, String type, String description) {
        content.putObject(type).putObject("schema").put("type", "string").put("description", description);
    }

    private ObjectNode batch(BatchConfig batch) {
        ObjectNode answer = answer("The outcome of each page, in the order of the request.");
        ObjectNode schema = answer.putObject("content").putObject("application/json").putObject("schema");
        schema.put("type", "object").putArray("required").add("items");
        ObjectNode items = schema.putObject("properties").putObject("items").put("type", "array");
        ObjectNode item = items.putObject("items").put("type", "object");
        item.putArray("required").add("params").add("status");
        ObjectNode properties = item.putObject("properties");
        properties.putObject("params").put("type", "object").putObject("additionalProperties").put("type",
                "string");
        properties.putObject("status").put("type", "integer").put("description",
                "The status that the page would have on its own.");
        properties.set("page",
                CommonSchemas.ref("schemas", names.getOrDefault(CallBound.pages(config, batch), "")));
        properties.set("problem", CommonSchemas.ref("schemas", "Problem"));
        return answer;
    }

    private Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        problems.put("400", "The request is malformed, or breaks a rule of the route.");
        problems.put("406", "The route cannot send any of the accepted media types.");
        problems.put("500", "The service failed.");
        problems.put("503",
                "A required part's downstream is overloaded or not called for a while,"
                        + " or the service is ending.");
        if (route.body() != null || route.batch() != null) {
            problems.put("413", AnswerHeaders.tooLarge(config.server().maxBodyBytes()));
            problems.put("415", "The body is not JSON.");
            problems.put("422", "The body breaks a rule of the route.");
        }
        if (route.access() != null) {
            problems.put("401", AnswerHeaders.UNKNOWN);
            problems.put("403", AnswerHeaders.FORBIDDEN);
        }
        RateLimitConfig limit = route.rateLimit();
        if (limit != null) problems.put("429", AnswerHeaders.tooMany(limit));
        if (route.batch() != null) return problems;
        problems.put("404", "A required part does not exist.");
        problems.put("502", "A required part failed.");
        problems.put("504", "A required part did not answer in time.");
        for (PartConfig part : route.parts().values()) {
            part.failure().statuses().values()
                    .forEach(status -> problems.putIfAbsent(String.valueOf(status),
                            "A required part's downstream answered with a status that means this."));
        }
        return problems;
    }

    private ObjectNode problem(String status, String description) {
        ObjectNode answer = answer(description);
        if (status.equals("503") || (status.equals("429") && route.rateLimit() != null)) {
            AnswerHeaders.addRetryAfter(answer);
        } else if (status.equals("401") && route.access() != null) {
            AnswerHeaders.addChallenge(answer);
        } else if (isMapped(status)) {
            HeaderPolicy.neededBy(Integer.parseInt(status)).forEach(name -> AnswerHeaders.header(
                    answer.withObjectProperty("headers"), name,
                    "As the required part's downstream sent it."));
        }
        AnswerHeaders.addLanguage(config, answer);
        CommonSchemas.addProblem(answer);
        return answer;
    }

    private boolean isMapped(String status) {
        return route.parts().values().stream()
                .anyMatch(part -> part.failure().statuses().containsValue(Integer.valueOf(status)));
    }
}
