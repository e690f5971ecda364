package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.EdgeConfig;
import dev.structured.service.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// The public edge without its sockets: the way from a request to its answer, through the list of [Filters].
///
/// The server and the specs are two adapters around it, each with its own [Client]. Each [RouteTable] has a
/// list of its own, with the filters that its routes ask for and no others.
public final class Edge {
    private final ServerConfig limits;
    private final BooleanSupplier accepting;
    private final RequestObserver observer;
    private final RateLimits limiter = new RateLimits();
    private final UnsentAnswers unsent;
    private final AtomicReference<Serving> serving;

    /// A table and its filters, changed together.
    private record Serving(RouteTable table, Filter.Rest filters) {}

    /// @param table the first table of routes
    /// @param accepting false once new requests are to be refused
    public Edge(ServerConfig limits, RouteTable table, BooleanSupplier accepting, RequestObserver observer) {
        this.limits = limits;
        this.accepting = accepting;
        this.observer = observer;
        this.unsent = new UnsentAnswers(limits.transfer().maxUnsentBytes());
        this.serving = new AtomicReference<>(serving(table));
    }

    /// Serves another table from now on. Requests that have begun keep the table that they began with.
    public void serve(RouteTable table) {
        serving.getAndSet(serving(table)).table().release();
    }

    /// Returns true if `address` is that of a trusted proxy, by the table that is served.
    public boolean isTrustedProxy(InetAddress address) {
        return CallerAddress.isIn(address, serving.get().table().edge().trustedProxies());
    }

    /// Returns the headers that browsers need on an answer that no filter makes, to a request that the server
    /// itself refuses.
    ///
    /// @param request the headers of the request, as far as they could be read
    public Map<String, String> browserHeaders(Headers request) {
        EdgeConfig edge = serving.get().table().edge();
        Map<String, String> fields = new LinkedHashMap<>(edge.securityHeaders().fields());
        CorsConfig cors = edge.cors();
        if (cors != null) fields.putAll(CorsFilter.permission(cors, request));
        return fields;
    }

    /// Returns the answer to a request that the server itself refuses: a problem, in the style of the table
    /// that is served.
    public Answer answer(ProblemDetails problem, String requestId) {
        return serving.get().table().problems().answer(problem, requestId);
    }

    /// Returns true if the memory for answers is nearly used up.
    public boolean isShortOfMemory() {
        return unsent.isShort();
    }

    /// Returns the bytes of answers that are made or wait for their readers.
    public long unsentBytes() {
        return unsent.bytes();
    }

    private Serving serving(RouteTable table) {
        return new Serving(table,
                chain(Filters.inOrder(limits, table, limiter, unsent, accepting, observer)));
    }

    private static Filter.Rest chain(List<Filter> filters) {
        Filter.Rest rest = _ -> {
            throw new IllegalStateException("The last filter makes the answer");
        };
        for (Filter filter : filters.reversed()) {
            Filter.Rest after = rest;
            rest = context -> filter.answer(context, after);
        }
        return rest;
    }

    /// Returns the answer to a request. If it was sent in pieces, the client already has it. Blocks.
    ///
    /// @param requestRecord receives the outcome, and holds the table until the request has ended
    /// @throws IOException if the connection broke, or the body was malformed
    public Answer answer(ClientRequest request, RequestRecord requestRecord, Client client)
            throws IOException {
        requestRecord.wellFormed();
        Serving held = held();
        requestRecord.table(held.table());
        FilterContext context = new FilterContext(request, client, requestRecord, held.table());
        try {
            Answer answer = held.filters().answer(context);
            return answer.withOnly(context.headersWith(answer.headers()));
        } catch (Refusal | BadRequestException e) {
            throw new IllegalStateException("The first filters turn refusals into answers", e);
        }
    }

    private Serving held() {
        while (true) {
            Serving now = serving.get();
            if (now.table().hold()) return now;
        }
    }
}
