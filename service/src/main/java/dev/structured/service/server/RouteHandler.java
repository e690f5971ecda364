package dev.structured.service.server;

import dev.structured.core.CancelScope;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Accept;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.CallerDeadline;
import dev.structured.service.edge.Endpoint;
import dev.structured.service.edge.Problems;
import dev.structured.service.edge.Refusal;
import dev.structured.service.edge.Rendering;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.edge.Verdict;
import io.javalin.http.Context;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers requests that have a route: the server's thread becomes the root task of the request, and whatever the
/// request started has ended before its answer is complete.
///
/// Inside the task stands one scope, `client`: a client that goes away cancels it, and with it every call downstream.
final class RouteHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);
    private static final List<Rendering> PAGE = List.of(Rendering.values());
    private static final List<Rendering> BATCH = List.of(Rendering.JSON);

    private final Scheduler scheduler;
    private final ServerConfig limits;
    private final PageRequests requests;

    RouteHandler(Scheduler scheduler, ServerConfig limits, RequestObserver observer) {
        this.scheduler = scheduler;
        this.limits = limits;
        this.requests = new PageRequests(
                new CallerDeadline(limits.deadlineHeaders(), observer::deadlineIgnored));
    }

    /// Answers one request.
    void handle(Exchange exchange, RouteTable.Match.Found found, Context ctx) {
        Endpoint endpoint = found.endpoint();
        exchange.route(endpoint.route().path());
        try {
            Rendering rendering = rendering(exchange, endpoint);
            PageJob job = new PageJob(exchange, endpoint, requests.of(exchange, found));
            if (rendering == Rendering.JSON) {
                Replies.write(run(job, _ -> job.answer(job.ask(PartSink.NONE))), ctx);
            } else {
                stream(job, new EventStream(ctx, rendering), ctx);
            }
        } catch (Refusal e) {
            Replies.write(e.problem().answer(exchange.id()), ctx);
        }
    }

    private static Rendering rendering(Exchange exchange, Endpoint endpoint) throws Refusal {
        List<Rendering> offered = endpoint.route().batch() == null ? PAGE : BATCH;
        return Accept.best(exchange.request().getHeaders().getValuesList(HttpHeader.ACCEPT), offered)
                .orElseThrow(() -> new Refusal(Problems.notAcceptable(offered)));
    }

    private void stream(PageJob job, EventStream stream, Context ctx) {
        StreamedPage page = new StreamedPage(job, stream, limits.idleTimeout());
        Answer answer = run(job, page::make);
        if (stream.isUnused()) {
            Replies.write(answer, ctx);
        } else {
            page.close(answer);
        }
    }

    /// What a request's task does.
    private interface Making {
        /// @param client cancelled when the client goes away
        Answer make(CancelScope client) throws BadRequestException;
    }

    private Answer run(PageJob job, Making making) {
        Exchange exchange = job.exchange();
        try {
            return switch (runWatched(job, making)) {
                case ScopeResult.Completed<Answer>(Answer answer) -> answer;
                case ScopeResult.Cancelled<Answer> _ -> gone(exchange);
            };
        } catch (BadRequestException e) {
            return Problems.badRequest(e).answer(exchange.id());
        } catch (IllegalStateException e) {
            return ShuttingDown.explains(e) ? ShuttingDown.answer(exchange, Verdict.SHUTDOWN) : bug(job, e);
        } catch (RuntimeException | Error e) {
            return bug(job, e);
        }
    }

    private ScopeResult<Answer> runWatched(PageJob job, Making making) throws BadRequestException {
        CancelScope client = CancelScope.create("client");
        return scheduler.call(job.name(), () -> {
            try (ClientWatch _ = ClientWatch.open(job.exchange().request(),
                    () -> client.cancel("the client went away"))) {
                return client.call(() -> making.make(client));
            }
        });
    }

    private static Answer gone(Exchange exchange) {
        exchange.verdict(Verdict.CLIENT_GONE);
        // Only a client that closed its sending side alone can still read this.
        return Problems.clientGone().answer(exchange.id()).with("Connection", "close");
    }

    private static Answer bug(PageJob job, Throwable e) {
        LOG.error("{} failed; request id {}", job.name(), job.exchange().id(), e);
        job.exchange().verdict(Verdict.BUG);
        return Problems.bug().answer(job.exchange().id());
    }
}
