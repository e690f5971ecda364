package dev.structured.service.edge;

import dev.structured.service.config.CompressionConfig;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.SecurityHeaders;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.store.SharedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The filters of the edge, in the order in which a request passes them. Specs and the service run the same
/// list.
///
/// A filter that no route of a table asks for is not in the table's list, so that it costs nothing.
///
/// The place of a filter decides what it may rely on: after
/// [RouteFilter] the route is known, after [BodyFilter] the body has been read, after [UnroutedFilter] there
/// is a route, and after [InputFilter] the request is known to be readable.
final class Filters {
    private Filters() {}

    /// @param limiter counts requests, including those of earlier tables
    /// @param unsent counts the memory of answers, including those of earlier tables
    static List<Filter> inOrder(ServerConfig limits, RouteTable table, RateLimits limiter,
            UnsentAnswers unsent,
            BooleanSupplier accepting, RequestObserver observer) {
        List<Filter> filters = new ArrayList<>();
        filters.add(new RequestIdFilter()); // names the request
        if (!table.edge().trustedProxies().isEmpty()) {
            filters.add(new CallerAddressFilter(table.edge(), observer)); // for the log
        }
        SecurityHeaders headers = table.edge().securityHeaders();
        if (headers != SecurityHeaders.NONE) filters.add(new SecurityHeadersFilter(headers)); // for browsers
        filters.add(new FailureFilter()); // turns failures of the other filters into problems
        CorsConfig cors = table.edge().cors();
        if (cors != null) filters.add(new CorsFilter(cors)); // lets pages of other origins ask
        filters.add(new DrainingFilter(accepting)); // refuses new requests of a service that is about to end
        filters.add(new RouteFilter()); // finds the route
        if (table.anyRoute(route -> route.access() != null)) filters.add(table.access()); // who has access
        if (table.anyRoute(route -> route.rateLimit() != null)) {
            SharedStore store = table.store();
            filters.add(new RateLimitFilter(limiter, store == null ? null : new SharedLimits(store),
                    table.edge())); // how many, of whom
        }
        filters.add(table.priority()); // how much the request matters
        DeadlineFilter deadline = new DeadlineFilter(limits.deadlineHeaders(), observer);
        Filter admission = table.admission();
        if (table.anyRoute(route -> route.proxy() != null)) {
            filters.add(new ProxyFilter(deadline, admission)); // passes on what is admitted
        }
        filters.add(new BodyFilter(limits.maxBodyBytes())); // reads the body, up to its limit
        filters.add(new UnroutedFilter()); // answers OPTIONS, and requests that no route answers
        filters.add(new AcceptFilter()); // chooses the form of the page
        CompressionConfig compression = table.edge().compression();
        if (!compression.encodings().isEmpty()) filters.add(new CompressionFilter(compression)); // gzip …
        if (table.anyRoute(route -> route.answer().etag())) filters.add(new TagFilter()); // answers 304
        filters.add(new InputFilter()); // decodes path, query and JSON body
        filters.add(new UnsentFilter(unsent)); // bounds the memory of answers that wait for their readers
        filters.add(deadline); // the caller's time
        if (admission != null) filters.add(admission); // refuses pages that cannot be made now
        filters.add(new PageFilter(limits.idleTimeout())); // makes the page
        return List.copyOf(filters);
    }
}
