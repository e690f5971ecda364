package dev.structured.service.http;

import dev.structured.service.aggregate.Outcome;
import dev.structured.service.config.RouteConfig;
import java.util.List;
import java.util.Map;

/// Where the edge gets its pages from: the aggregator, or what a test puts in its place.
@FunctionalInterface
public interface PageSource {
    /// Returns what the request came to; trouble downstream is an outcome, not an exception.
    ///
    /// Called from a task; blocks until the page is decided; cancelled when the client goes away or the service shuts down.
    ///
    /// @param pathParams the route's path parameters, decoded
    /// @param query the client's query parameters, decoded, each with its values in order
    Outcome aggregate(RouteConfig route, Map<String, String> pathParams, Map<String, List<String>> query);
}
