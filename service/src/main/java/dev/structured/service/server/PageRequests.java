package dev.structured.service.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.edge.CallerDeadline;
import dev.structured.service.edge.JsonBody;
import dev.structured.service.edge.PathSegments;
import dev.structured.service.edge.Refusal;
import dev.structured.service.edge.RequestHeaders;
import dev.structured.service.edge.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;

/// Makes of a request what the engine wants to know of it: values decoded, nothing that no route asked for.
public final class PageRequests {
    private final CallerDeadline deadline;

    public PageRequests(CallerDeadline deadline) {
        this.deadline = deadline;
    }

    /// Returns what a client sent.
    ///
    /// @throws Refusal if something of it cannot be read
    public PageRequest of(Exchange exchange, RouteTable.Match.Found found) throws Refusal {
        Map<String, String> params = found.params();
        PathSegments.checkParams(params);
        Request request = exchange.request();
        Map<String, List<String>> query = Query.of(request);
        HttpFields headers = request.getHeaders();
        JsonNode body = found.endpoint().readsBody() ? JsonBody.read(headers, exchange.takeBody()) : null;
        // Last, so that all of the time that was spent before anybody is asked counts.
        Duration left = deadline.left(headers, NanoTime.since(request.getBeginNanoTime()));
        return new PageRequest(exchange.id(), params, query,
                RequestHeaders.of(headers, found.endpoint().headers()), body, left);
    }
}
