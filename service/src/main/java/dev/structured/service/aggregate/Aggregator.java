package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.RouteConfig;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Makes pages. Each page is made by one nursery, under one deadline, with a task for each part.
///
/// ```
/// deadline of /products/{id}
///   └─ nursery 'parts'
///        ├─ product
///        ├─ price             awaits product
///        ├─ stock
///        └─ reviews
///             └─ budget of reviews
/// ```
public final class Aggregator {
    private final IdentityHashMap<RouteConfig, Plan> plans = new IdentityHashMap<>();
    private final AggregateObserver observer;
    private final LongSupplier nanoTime;

    /// @param routes all routes
    /// @param downstreams the downstreams of all downstreams that the routes name, by the downstream's name
    /// @param observer observes how parts end
    /// @param nanoTime the time by which the observer's durations are measured: the scheduler's
    public Aggregator(List<RouteConfig> routes, Map<String, Downstream> downstreams, AggregateObserver observer,
            LongSupplier nanoTime) {
        for (RouteConfig route : routes) plans.put(route, new Plan(route, routes, downstreams));
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /// Makes the page of one request. Blocks, at most until the route's deadline. **Checkpoint.**
    ///
    /// A failure of a downstream is part of the [Outcome], not an exception. When this method returns or
    /// throws, every call has ended.
    ///
    /// @param route one of the routes given to the constructor
    /// @param sink receives the parts as they come in; receives nothing for a batch
    /// @throws BadRequestException if the request breaks a rule of the route
    /// @throws dev.structured.core.NurseryFailure if a [Downstream] has a bug
    /// @throws IllegalStateException if the calling thread runs no task
    public Outcome aggregate(RouteConfig route, PageRequest request, PartSink sink)
            throws BadRequestException {
        Plan plan = plan(route);
        Map<String, JsonNode> sent = plan.parameters.read(request);
        BatchConfig batch = route.batch();
        RouteConfig pages = plan.pages;
        return batch == null || pages == null
                ? new PageRun(plan, request, sent, sink, observer, nanoTime).outcome()
                : new BatchRun(this, route, batch, pages, request, sent).outcome();
    }

    private Plan plan(RouteConfig route) {
        Plan plan = plans.get(route);
        if (plan != null) return plan;
        throw new IllegalArgumentException("Route '" + route.name() + "' is none of this aggregator's");
    }
}
