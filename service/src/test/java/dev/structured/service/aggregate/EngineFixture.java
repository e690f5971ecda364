package dev.structured.service.aggregate;

import dev.structured.service.config.RouteConfig;
import java.util.List;

/// An aggregator over scripted downstreams whose routes are written as in a file.
abstract class EngineFixture extends AggregatorFixture {
    /// Makes the page of `/products/42` whose parts are written as in a file.
    final Outcome page(String parts) {
        return page(route(parts));
    }

    static RouteConfig route(String parts) {
        return routes("- path: /products/{id}\n  deadline: 800ms\n  parts:\n" + parts.indent(4))
                .getFirst();
    }

    static List<RouteConfig> routes(String yaml) {
        return Parts.routes(yaml);
    }
}
