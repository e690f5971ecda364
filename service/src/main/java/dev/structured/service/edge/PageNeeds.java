package dev.structured.service.edge;

import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.Entrance;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The bottlenecks of a route's pages: the service itself, and the downstreams without which there is no
/// page; for a proxy, its downstream.
///
/// A downstream is not among them if its part may be replaced, if its part is not always asked for, or if its
/// answers are kept: the page may then need no call.
final class PageNeeds {
    private PageNeeds() {}

    static List<Bottleneck> of(RouteConfig route, ServiceConfig config, Entrance entrance) {
        Set<Bottleneck> needs = new LinkedHashSet<>();
        needs.add(entrance.service());
        ProxyConfig proxy = route.proxy();
        Bottleneck passedTo = proxy == null ? null : entrance.downstreams().get(proxy.downstream());
        if (passedTo != null) needs.add(passedTo);
        for (PartConfig part : pages(route, config).parts().values()) {
            Bottleneck needed = of(part, config, entrance);
            if (needed != null) needs.add(needed);
        }
        return List.copyOf(needs);
    }

    /// Returns the route of the pages that a request gets; for a batch, another route.
    private static RouteConfig pages(RouteConfig route, ServiceConfig config) {
        BatchConfig batch = route.batch();
        return batch == null ? route : batch.pagesOf(config.routes()).orElse(route);
    }

    private static @Nullable Bottleneck of(PartConfig part, ServiceConfig config, Entrance entrance) {
        String name = part.downstream();
        DownstreamConfig downstream = name == null ? null : config.downstreams().get(name);
        if (downstream == null || downstream.cache() != null || !isNeeded(part)) return null;
        return entrance.downstreams().get(name);
    }

    private static boolean isNeeded(PartConfig part) {
        OnFailure onFailure = part.failure().onFailure();
        return part.isRequired() && part.when().isEmpty()
                && (onFailure == null || onFailure == OnFailure.FAIL);
    }
}
