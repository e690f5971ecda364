package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
public final class Aggregator implements PageSource {
    private final IdentityHashMap<RouteConfig, Plan> plans = new IdentityHashMap<>();
    private final Map<String, Downstream> downstreams;
    private final AggregateObserver observer;

    /// @param routes all routes
    /// @param downstreams all downstreams that the routes name, by name
    /// @param observer observes how parts end
    public Aggregator(List<RouteConfig> routes, Map<String, Downstream> downstreams,
            AggregateObserver observer) {
        WholeAnswers wholes = new WholeAnswers(routes);
        for (RouteConfig route : routes) plans.put(route, new Plan(route, routes, downstreams, wholes));
        this.downstreams = Map.copyOf(downstreams);
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// @throws dev.structured.core.NurseryFailedException if a [Downstream] has a bug
    /// @throws IllegalStateException if the calling thread runs no task
    @Override
    public Outcome aggregate(RouteConfig route, PageRequest request, PartSink sink)
            throws BadRequestException {
        LoggedRequest.set(request, route);
        Plan plan = plan(route);
        Map<String, JsonNode> sent = plan.parameters.read(request);
        BatchConfig batch = route.batch();
        RouteConfig pages = plan.pages;
        return batch == null || pages == null
                ? new PageRun(plan, request, sent, sink, observer).outcome()
                : new BatchRun(this, route, batch, pages, request, sent).outcome();
    }

    @Override
    public @Nullable PartFailure pass(RouteConfig route, PageRequest request, Passage passage, String target)
            throws InterruptedException {
        LoggedRequest.set(request, route);
        ProxyConfig proxy = route.proxy();
        Downstream downstream = proxy == null ? null : downstreams.get(proxy.downstream());
        if (proxy == null || downstream == null) {
            throw new IllegalArgumentException("Route '" + route.name() + "' passes nothing on");
        }
        return new ProxyRun(plan(route), proxy.downstream(), downstream, request, observer).pass(passage,
                target);
    }

    private Plan plan(RouteConfig route) {
        Plan plan = plans.get(route);
        if (plan != null) return plan;
        throw new IllegalArgumentException("Route '" + route.name() + "' does not belong to this aggregator");
    }
}
