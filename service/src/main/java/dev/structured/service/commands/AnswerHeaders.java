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
    /// The words for a request without the key or the token that its route asks for.
    static final String UNKNOWN = "The request does not say who asks.";
    /// The words for a request of a client that its route does not answer.
    static final String FORBIDDEN = "The client may not ask for this.";

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

    /// Adds the header of a problem that tells the language of its texts.
    static void addLanguage(ServiceConfig config, ObjectNode problem) {
        String language = config.problems().language();
        if (language == null) return;
        header(problem.withObjectProperty("headers"), "Content-Language",
                language + " where the text is the configuration's, otherwise en.");
    }

    /// Adds the header of an answer to a request that does not say who asks.
    static void addChallenge(ObjectNode answer) {
        header(answer.withObjectProperty("headers"), "WWW-Authenticate", "How to say who asks.");
    }

    /// Adds the header of an answer that tells when to ask again.
    static void addRetryAfter(ObjectNode answer) {
        answer.withObjectProperty("headers").set("Retry-After", CommonSchemas.ref("headers", "Retry-After"));
    }

    /// Returns the words for a request whose body is too large.
    static String tooLarge(int maxBytes) {
        return "The body is larger than " + maxBytes + " bytes.";
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
