package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.util.ArrayList;
import java.util.List;

/// Describes a route that passes its requests on, for people and in OpenAPI. OpenAPI has neither open paths
/// nor routes of all methods.
final class ProxyDescription {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "options", "head",
            "patch");

    private final ServiceConfig config;
    private final RouteConfig route;
    private final ProxyConfig proxy;

    ProxyDescription(ServiceConfig config, RouteConfig route, ProxyConfig proxy) {
        this.config = config;
        this.route = route;
        this.proxy = proxy;
    }

    /// Returns the lines for `explain`.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("Passes requests of all methods on to " + proxy.downstream() + ", within "
                + Words.time(route.deadline()) + ".");
        lines.add("");
        lines.add(proxy.path() == null
                ? "Asks for the path and the query as they came"
                : "Asks for " + proxy.path().text() + ", and the query as it came");
        lines.add("Bodies of requests " + (proxy.maxBodyBytes() == null
                ? "of any length"
                : "of up to " + proxy.maxBodyBytes() + " bytes")
                + " and of answers are passed on as they come");
        lines.add(
                "What has no body and may be repeated is asked again as the downstream's 'retry' says,"
                        + " as long as nothing of an answer was passed back");
        return lines;
    }

    /// Adds an operation for each method.
    ///
    /// @param name the name of the route among all
    /// @param security the clients that may send requests
    void addTo(ObjectNode item, String name, ArrayNode security) {
        for (String method : METHODS) {
            if (item.has(method)) continue; // a route that comes first answers it
            ObjectNode operation = item.putObject(method);
            operation.put("operationId", method + name);
            operation.put("summary", "Passed on to " + proxy.downstream() + ", as it comes");
            OpenApi.servers(route, operation);
            if (!security.isEmpty()) operation.set("security", security);
            parameters(operation);
            responses(operation.putObject("responses"));
        }
    }

    private void parameters(ObjectNode operation) {
        List<String> names = new ArrayList<>(route.pattern().parameters());
        String rest = OpenApi.rest(route.pattern());
        if (rest != null) names.add(rest);
        if (names.isEmpty()) return;
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : names) {
            ObjectNode parameter = parameters.addObject().put("name", name).put("in", "path").put("required",
                    true);
            if (name.equals(rest))
                parameter.put("description", "The rest of the path, slashes included; may be empty.");
            ObjectNode schema = parameter.putObject("schema").put("type",
                    route.pathParam(name).type().label());
            RequestDescription.addPattern(route.pattern().shaped(name), schema);
        }
    }

    private void responses(ObjectNode responses) {
        responses.set("default", answer("The downstream's answer."));
        problem(responses, "400", "The path could be read in two ways.");
        if (route.access() != null) {
            AnswerHeaders.addChallenge(problem(responses, "401", AnswerHeaders.UNKNOWN));
            problem(responses, "403", AnswerHeaders.FORBIDDEN);
        }
        Integer most = proxy.maxBodyBytes();
        if (most != null) problem(responses, "413", AnswerHeaders.tooLarge(most));
        RateLimitConfig limit = route.rateLimit();
        if (limit != null) {
            AnswerHeaders.addRetryAfter(problem(responses, "429", AnswerHeaders.tooMany(limit)));
        }
        problem(responses, "502", "The downstream could not be asked.");
        AnswerHeaders.addRetryAfter(problem(responses, "503",
                "The downstream is overloaded or not called for a while, or the service is ending."));
        problem(responses, "504", "The downstream did not answer in time.");
    }

    private ObjectNode answer(String description) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("description", description);
        new AnswerHeaders(config, route).addTo(answer.putObject("headers"));
        return answer;
    }

    private ObjectNode problem(ObjectNode responses, String status, String description) {
        ObjectNode problem = answer(description);
        AnswerHeaders.addLanguage(config, problem);
        CommonSchemas.addProblem(problem);
        responses.set(status, problem);
        return problem;
    }
}
