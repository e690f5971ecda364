package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.List;

/// Describes a route that passes its requests on: for people, and in OpenAPI, which has neither open paths
/// nor routes of all methods.
final class ProxyDescription {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "options", "head",
            "patch");

    private final RouteConfig route;
    private final ProxyConfig proxy;

    ProxyDescription(RouteConfig route, ProxyConfig proxy) {
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
    /// @param security who may ask
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
        if (route.pattern().isOpen()) names.add("path");
        if (names.isEmpty()) return;
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : names) {
            ObjectNode parameter = parameters.addObject().put("name", name).put("in", "path").put("required",
                    true);
            if (name.equals("path"))
                parameter.put("description", "The rest of the path, slashes included; may be empty.");
            ObjectNode schema = parameter.putObject("schema").put("type",
                    route.pathParam(name).type().label());
            RequestDescription.addPattern(route.pattern().shaped(name), schema);
        }
    }

    private static void responses(ObjectNode responses) {
        responses.set("default",
                JsonNodeFactory.instance.objectNode().put("description", "The downstream's answer."));
        ObjectNode failed = JsonNodeFactory.instance.objectNode()
                .put("description", "The downstream could not be asked, or did not answer in time.");
        failed.putObject("content").putObject("application/problem+json").set("schema",
                CommonSchemas.ref("schemas", "Problem"));
        for (String status : List.of("502", "503", "504")) responses.set(status, failed);
    }
}
