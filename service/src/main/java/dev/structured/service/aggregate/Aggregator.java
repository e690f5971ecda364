package dev.structured.service.aggregate;

import dev.structured.service.config.RouteConfig;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Makes pages. Each request is one nursery with a task for each part, under one deadline.
public final class Aggregator {

    /// @param routes all routes, compiled here
    /// @param backends all that the routes name, by the downstream's name
    /// @param observer sees how parts end
    /// @param nanoTime the time by which the observer's durations are measured: the scheduler's
    public Aggregator(List<RouteConfig> routes, Map<String, Backend> backends, AggregateObserver observer,
            LongSupplier nanoTime) {
        throw new UnsupportedOperationException();
    }

    /// Makes the page of one request. Blocks for as long as the route's deadline allows. **Checkpoint.**
    ///
    /// Whatever the downstreams do comes out as an [Outcome]. When this returns or throws, every call has
    /// ended.
    ///
    /// @param route one of the routes given to the constructor
    /// @param sink gets the parts as they come in
    /// @throws BadRequestException if what the client sent breaks a rule of the route
    /// @throws dev.structured.core.NurseryFailure if a [Backend] has a bug
    /// @throws IllegalStateException if the calling thread runs no task
    public Outcome aggregate(RouteConfig route, PageRequest request, PartSink sink)
            throws BadRequestException {
        throw new UnsupportedOperationException();
    }
}
