package dev.structured.service.http;

import dev.structured.core.CancelScope;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers requests that have a route: the server's thread becomes the root task of the request, and whatever the request started has
/// ended before its answer is written.
///
/// Inside the task stands one scope, `client`: a client that goes away cancels it, and with it every call downstream.
final class RouteHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final Scheduler scheduler;

    RouteHandler(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Answers one request.
    void handle(Exchange exchange, RouteTable.Match.Found found, Context ctx) {
        exchange.route(found.endpoint().route().path());
        Replies.write(answer(exchange, found.endpoint(), found.params()), ctx);
    }

    private Answer answer(Exchange exchange, Endpoint endpoint, Map<String, String> pathParams) {
        // Jetty reads these literally in one place and as steps in the path in another; so might a downstream.
        if (pathParams.containsValue(".") || pathParams.containsValue("..")) {
            return Problems.dotSegment().answer(exchange.id());
        }
        Optional<Map<String, List<String>>> query = Query.of(exchange.request());
        if (query.isEmpty()) return Problems.badQuery().answer(exchange.id());
        try {
            return switch (run(exchange.request(), endpoint, PageRequest.of(pathParams, query.get()))) {
                case ScopeResult.Completed<Outcome>(Outcome outcome) ->
                    page(exchange, endpoint.route(), outcome);
                case ScopeResult.Cancelled<Outcome> _ -> gone(exchange);
            };
        } catch (BadRequestException e) {
            return Problems.badRequest(e).answer(exchange.id());
        } catch (IllegalStateException e) {
            return ShuttingDown.explains(e)
                    ? ShuttingDown.answer(exchange, Verdict.SHUTDOWN)
                    : bug(exchange, endpoint.route(), e);
        } catch (RuntimeException | Error e) {
            return bug(exchange, endpoint.route(), e);
        }
    }

    private ScopeResult<Outcome> run(Request request, Endpoint endpoint, PageRequest page)
            throws BadRequestException {
        CancelScope client = CancelScope.create("client");
        return scheduler.call(endpoint.route().name(), () -> {
            try (ClientWatch _ = ClientWatch.open(request, () -> client.cancel("the client went away"))) {
                return client
                        .call(() -> endpoint.pages().aggregate(endpoint.route(), page, PartSink.NONE));
            }
        });
    }

    private Answer page(Exchange exchange, RouteConfig route, Outcome outcome) {
        exchange.verdict(PageRendering.verdict(outcome));
        Duration elapsed = Duration.ofNanos(NanoTime.since(exchange.request().getBeginNanoTime()));
        return PageRendering.of(outcome, route, exchange.id(), elapsed);
    }

    private static Answer gone(Exchange exchange) {
        exchange.verdict(Verdict.CLIENT_GONE);
        // Only a client that closed its sending side alone can still read this.
        return Problems.clientGone().answer(exchange.id()).with("Connection", "close");
    }

    private static Answer bug(Exchange exchange, RouteConfig route, Throwable e) {
        LOG.error("{} failed; request id {}", route.name(), exchange.id(), e);
        exchange.verdict(Verdict.BUG);
        return Problems.bug().answer(exchange.id());
    }
}
