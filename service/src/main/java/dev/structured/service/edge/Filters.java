package dev.structured.service.edge;

import dev.structured.service.config.ServerConfig;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The filters of the edge, in the order in which a request passes them. Specs and the service run the same
/// list.
///
/// A *seat* is a place in this order that later work takes. Where a filter stands decides what it may rely
/// on: after [RouteFilter] the route is known, after [BodyFilter] the body has been read, after
/// [UnroutedFilter] there is a route, and after [InputFilter] the request is known to be readable.
final class Filters {
    private Filters() {}

    static List<Filter> inOrder(ServerConfig limits, Supplier<RouteTable> tables, BooleanSupplier accepting,
            RequestObserver observer, LongSupplier nanoTime) {
        return List.of( //
                new RequestIdFilter(), // names the request
                new FailureFilter(), // turns whatever the rest throws into a problem
                new DrainingFilter(accepting), // refuses new requests of a service that is about to end
                // Seat: CORS. Answers preflight requests and puts its headers on every answer.
                new RouteFilter(tables), // finds the route
                // Seat: authentication. Knows the route, and refuses before a body is read.
                // Seat: rate limit and admission. Knows the route and who asks.
                new BodyFilter(limits.maxBodyBytes()), // reads the body, up to its limit
                new UnroutedFilter(), // answers OPTIONS, and requests that no route answers
                new AcceptFilter(), // chooses the form of the page
                // Seat: compression. Changes whole answers on their way back.
                // Seat: conditional requests. Tags whole answers, and answers 304 on their way back.
                new InputFilter(), // decodes path, query and JSON body
                new DeadlineFilter(limits.deadlineHeaders(), observer, nanoTime), // the time the caller gives
                new PageFilter(limits.idleTimeout(), nanoTime)); // makes the page
    }
}
