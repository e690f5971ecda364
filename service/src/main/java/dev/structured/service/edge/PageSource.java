package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;

/// Where the edge gets its pages from: the aggregator, or what a test puts in its place.
@FunctionalInterface
public interface PageSource {
    /// Returns what the request came to; trouble downstream is an outcome, not an exception.
    ///
    /// Called from a task; blocks until the page is decided; cancelled when the client goes away or the
    /// service shuts down.
    ///
    /// @param sink gets the parts as they come in
    /// @throws BadRequestException if what the client sent breaks a rule of the route
    Outcome aggregate(RouteConfig route, PageRequest request, PartSink sink) throws BadRequestException;
}
