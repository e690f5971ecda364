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
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers one route: the server's thread becomes the root task of the request, and whatever the request started has
/// ended before its answer is written.
///
/// Inside the task stands one scope, `client`: a client that goes away cancels it, and with it every call downstream.
final class RouteHandler implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final RouteConfig route;
    private final String taskName;
    private final PageSource pages;
    private final Scheduler scheduler;

    RouteHandler(RouteConfig route, PageSource pages, Scheduler scheduler) {
        this.route = route;
        this.taskName = "GET " + route.path();
        this.pages = pages;
        this.scheduler = scheduler;
    }

    @Override
    public void handle(Context ctx) {
        Exchange exchange = Exchange.of(ctx);
        exchange.route(route.path());
        Replies.write(answer(exchange, ctx.pathParamMap()), ctx);
    }

    private Answer answer(Exchange exchange, Map<String, String> pathParams) {
        // Jetty reads these literally in one place and as steps in the path in another; so might a downstream.
        if (pathParams.containsValue(".") || pathParams.containsValue("..")) {
            return Problems.dotSegment().answer(exchange.id());
        }
        Optional<Map<String, List<String>>> query = Query.of(exchange.request());
        if (query.isEmpty()) return Problems.badQuery().answer(exchange.id());
        try {
            return switch (run(exchange.request(), pathParams, query.get())) {
                case ScopeResult.Completed<Outcome>(Outcome outcome) -> page(exchange, outcome);
                case ScopeResult.Cancelled<Outcome> _ -> gone(exchange);
            };
        } catch (BadRequestException e) {
            return Problems.badRequest(e).answer(exchange.id());
        } catch (IllegalStateException e) {
            return ShuttingDown.explains(e)
                    ? ShuttingDown.answer(exchange, Verdict.SHUTDOWN)
                    : bug(exchange, e);
        } catch (RuntimeException | Error e) {
            return bug(exchange, e);
        }
    }

    private ScopeResult<Outcome> run(Request request, Map<String, String> pathParams,
            Map<String, List<String>> query) throws BadRequestException {
        CancelScope client = CancelScope.create("client");
        return scheduler.call(taskName, () -> {
            try (ClientWatch _ = ClientWatch.open(request, () -> client.cancel("the client went away"))) {
                return client
                        .call(() -> pages.aggregate(route, PageRequest.of(pathParams, query), PartSink.NONE));
            }
        });
    }

    private Answer page(Exchange exchange, Outcome outcome) {
        exchange.verdict(PageRendering.verdict(outcome));
        Duration elapsed = Duration.ofNanos(NanoTime.since(exchange.request().getBeginNanoTime()));
        return PageRendering.of(outcome, route, exchange.id(), elapsed);
    }

    private static Answer gone(Exchange exchange) {
        exchange.verdict(Verdict.CLIENT_GONE);
        // Only a client that closed its sending side alone can still read this.
        return Problems.clientGone().answer(exchange.id()).with("Connection", "close");
    }

    private Answer bug(Exchange exchange, Throwable e) {
        LOG.error("{} failed; request id {}", taskName, exchange.id(), e);
        exchange.verdict(Verdict.BUG);
        return Problems.bug().answer(exchange.id());
    }
}
