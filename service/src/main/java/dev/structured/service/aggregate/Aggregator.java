package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.RouteConfig;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Makes pages. Each request is one nursery with a task for each part, under one deadline.
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
    /// @param downstreams all that the routes name, by the downstream's name
    /// @param observer sees how parts end
    /// @param nanoTime the time by which the observer's durations are measured: the scheduler's
    public Aggregator(List<RouteConfig> routes, Map<String, Downstream> downstreams, AggregateObserver observer,
            LongSupplier nanoTime) {
        for (RouteConfig route : routes) plans.put(route, new Plan(route, routes, downstreams));
        this.observer = observer;
        this.nanoTime = nanoTime;
    }

    /// Makes the page of one request. Blocks for as long as the route's deadline allows. **Checkpoint.**
    ///
    /// Whatever the downstreams do comes out as an [Outcome]. When this returns or throws, every call has
    /// ended.
    ///
    /// @param route one of the routes given to the constructor
    /// @param sink gets the parts as they come in; those of a batch it does not get
    /// @throws BadRequestException if what the client sent breaks a rule of the route
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
