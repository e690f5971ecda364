package dev.structured.service.server;

import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.edge.Answer;
import dev.structured.service.edge.Endpoint;
import dev.structured.service.edge.Problems;
import dev.structured.service.edge.RequestId;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.edge.Verdict;
import java.time.Duration;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// What every well-formed request passes before any route: it is named, its route is looked up, its body is read, and
/// it is refused where the service is draining or the body is too much.
final class FrontDoor extends Handler.Wrapper {
    private final ServerConfig limits;
    private final Scheduler scheduler;
    private final RequestObserver observer;
    private final ShuttingDown shuttingDown;
    private final Supplier<RouteTable> routes;

    /// @param routes asked once for each request, which keeps what it got
    FrontDoor(ServerConfig limits, Scheduler scheduler, RequestObserver observer, ShuttingDown shuttingDown,
            Supplier<RouteTable> routes) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.observer = observer;
        this.shuttingDown = shuttingDown;
        this.routes = routes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Exchange exchange = Exchange.of(request, observer);
        exchange.wellFormed();
        RouteTable table = held();
        exchange.match(table.match(request.getMethod(), request.getHttpURI().getPath()), table);
        response.getHeaders().put(RequestId.HEADER, exchange.id());
        Answer refusal = refusal(exchange);
        if (refusal == null) return super.handle(request, response, callback);
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        Replies.write(refusal, exchange, response, callback);
        return true;
    }

    /// Returns the table that is served, for this request to keep until it ends.
    private RouteTable held() {
        while (true) {
            RouteTable table = routes.get();
            if (table.hold()) return table;
        }
    }

    private @Nullable Answer refusal(Exchange exchange) throws Exception {
        if (shuttingDown.hasBegun()) return ShuttingDown.answer(exchange, Verdict.DRAINING);
        try {
            return body(exchange);
        } catch (IllegalStateException e) {
            if (ShuttingDown.explains(e)) return ShuttingDown.answer(exchange, Verdict.SHUTDOWN);
            throw e;
        } catch (EofException e) {
            // Thrown for a malformed body too; only the connection knows which.
            if (inputEnded(exchange.request())) exchange.verdict(Verdict.CLIENT_GONE);
            throw e;
        }
    }

    private static boolean inputEnded(Request request) {
        return request.getConnectionMetaData().getConnection().getEndPoint().isInputShutdown();
    }

    private @Nullable Answer body(Exchange exchange) throws Exception {
        boolean wanted = exchange.match() instanceof RouteTable.Match.Found(Endpoint endpoint, _)
                && endpoint.readsBody();
        RequestBody body = new RequestBody(exchange.request(), limits.maxBodyBytes(), wanted);
        RequestBody.Progress progress = body.readArrived();
        if (progress == RequestBody.Progress.WAITING) progress = await(body);
        exchange.body(body.bytes());
        return switch (progress) {
            case READ -> null;
            case TOO_LARGE -> Problems.bodyTooLarge(limits.maxBodyBytes()).answer(exchange.id());
            case WAITING, TOO_SLOW -> Problems.bodyTooSlow().answer(exchange.id());
        };
    }

    /// Waits for a body that has not arrived with its head, for as long as a connection may be silent.
    private RequestBody.Progress await(RequestBody body) throws Exception {
        Duration longest = limits.idleTimeout();
        return scheduler.call("request body", () -> Timeouts.moveOnAfter(longest, body::readRest))
                .orElse(RequestBody.Progress.TOO_SLOW);
    }
}
