package dev.structured.service.aggregate;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.record.RouteLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The facts about a route that are known before a request arrives.
final class Plan {
    final RouteConfig route;
    final Parameters parameters;
    /// The parts, each after the parts that it needs.
    final List<PartPlan> inOrderOfNeed;
    /// The parts in the order of the file.
    final List<PartPlan> parts;

    /// The layout of the route for recorders.
    final RouteLayout layout;

    /// Writes the `Location` of the answer; null for none.
    final @Nullable LocationWriter location;

    /// The route of the pages in a batch; null for a route that is not a batch.
    final @Nullable RouteConfig pages;

    /// @param routes all routes of the file
    /// @param wholes the answers that nobody reads inside
    Plan(RouteConfig route, List<RouteConfig> routes, Map<String, Downstream> downstreams,
            WholeAnswers wholes) {
        this.route = route;
        this.pages = pages(route.batch(), routes);
        this.parameters = new Parameters(route);
        LocationTemplate template = route.answer().location();
        this.location = template == null ? null : new LocationWriter(template);
        Map<String, PartPlan> planned = new LinkedHashMap<>();
        for (PartConfig part : route.parts().values()) plan(part, downstreams, wholes, planned);
        this.inOrderOfNeed = List.copyOf(planned.values());
        this.layout = new RouteLayout(route.name(), recorded(route.proxy()));
        this.parts = route.parts().keySet().stream().map(planned::get).toList();
    }

    /// Returns the parts for recorders; for a route with a proxy, the passage as the only part.
    private List<RouteLayout.Part> recorded(@Nullable ProxyConfig proxy) {
        if (proxy == null) return inOrderOfNeed.stream().map(PartPlan::layout).toList();
        return List.of(new RouteLayout.Part(proxy.downstream(), proxy.downstream(), true, List.of()));
    }

    private static @Nullable RouteConfig pages(@Nullable BatchConfig batch, List<RouteConfig> routes) {
        if (batch == null) return null;
        return batch.pagesOf(routes).orElseThrow(() -> new IllegalStateException(
                "There is no route '" + batch.route() + "' to make a batch of"));
    }

    private void plan(PartConfig part, Map<String, Downstream> downstreams, WholeAnswers wholes,
            Map<String, PartPlan> planned) {
        if (planned.containsKey(part.name())) return;
        List<String> needs = List.copyOf(route.needs(part));
        for (String need : needs) plan(route.part(need), downstreams, wholes, planned);
        planned.put(part.name(),
                new PartPlan(planned.size(), route, part, needs, quorums(part), downstreams, wholes));
    }

    private List<QuorumConfig> quorums(PartConfig part) {
        List<QuorumConfig> quorums = new ArrayList<>();
        for (QuorumConfig quorum : route.quorum().values()) {
            if (quorum.of().contains(part.name())) quorums.add(quorum);
        }
        return List.copyOf(quorums);
    }
}
