package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;

/// The OpenAPI description of the headers that every answer of a route has, and of the requests that are
/// refused before the page is made or the request is passed on.
///
/// @param route the route, with a proxy or without
record AnswerHeaders(ServiceConfig config, RouteConfig route) {

    /// Adds the headers of an answer.
    void addTo(ObjectNode headers) {
        headers.set("X-Request-Id", CommonSchemas.ref("headers", "X-Request-Id"));
        RateLimitConfig limit = route.rateLimit();
        if (limit != null) {
            header(headers, "RateLimit", "How many requests are left, and in how many seconds all are.");
            header(headers, "RateLimit-Policy", "How many requests are allowed in how many seconds: "
                    + limit.requests() + " in " + limit.per().toSeconds() + ".");
        }
        CorsConfig cors = config.edge().cors();
        if (cors != null) {
            header(headers, "Access-Control-Allow-Origin",
                    "The origin of the page that asks, if the page may read the answer.");
            if (cors.credentials()) {
                header(headers, "Access-Control-Allow-Credentials", "Beside the origin: always 'true'.");
            }
        }
        config.edge().securityHeaders().fields()
                .forEach((name, value) -> header(headers, name, "Always '" + value + "'."));
    }

    static void header(ObjectNode headers, String name, String description) {
        headers.putObject(name).put("description", description).putObject("schema").put("type", "string");
    }

    /// Returns the words for a request that comes too soon.
    static String tooMany(RateLimitConfig limit) {
        return "More than " + limit.requests() + " requests came in " + Words.time(limit.per())
                + switch (limit.by()) {
                    case CALLER -> " from one caller.";
                    case ADDRESS -> " from one address.";
                    case ROUTE -> ".";
                };
    }
}
