package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.config.ServerConfig;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The public edge without its sockets: the way from a request to its answer, through the list of [Filters].
///
/// The server and the specs are two adapters around it, each with its own [Client].
public final class Edge {
    private final Filter.Rest filters;

    /// @param tables asked once for each request, which keeps the table that it got until it ends
    /// @param accepting false once new requests are to be refused
    /// @param nanoTime the clock of [ClientRequest#begunNanos]
    public Edge(ServerConfig limits, Supplier<RouteTable> tables, BooleanSupplier accepting,
            RequestObserver observer, LongSupplier nanoTime) {
        this.filters = chain(Filters.inOrder(limits, tables, accepting, observer, nanoTime));
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
    /// @param requestRecord receives the outcome
    /// @throws IOException if the connection broke, or the body was malformed
    public Answer answer(ClientRequest request, RequestRecord requestRecord, Client client)
            throws IOException {
        requestRecord.wellFormed();
        FilterContext context = new FilterContext(request, client, requestRecord);
        try {
            return filters.answer(context).with(context.headers());
        } catch (Refusal | BadRequestException e) {
            throw new IllegalStateException("The first filters turn refusals into answers", e);
        }
    }
}
