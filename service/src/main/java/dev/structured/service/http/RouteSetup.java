package dev.structured.service.http;

import dev.structured.core.Scheduler;
import dev.structured.service.config.RouteConfig;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the public edge's Javalin is set up: the routes, and problems for everything that is none.
///
/// A route answers GET; HEAD, which does the same work and sends no body; and OPTIONS, which names the methods.
final class RouteSetup {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSetup.class);

    private RouteSetup() {}

    static void apply(JavalinConfig config, List<RouteConfig> routes, PageSource pages, Scheduler scheduler) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.prefer405over404 = true;
        for (RouteConfig route : routes) {
            RouteHandler handler = new RouteHandler(route, pages, scheduler);
            config.routes.get(route.path(), handler);
            config.routes.head(route.path(), handler);
            config.routes.options(route.path(), ctx -> options(route, ctx));
        }
        config.routes.exception(HttpResponseException.class, RouteSetup::refused);
        config.routes.exception(Exception.class, RouteSetup::failed);
    }

    private static void options(RouteConfig route, Context ctx) {
        Exchange exchange = Exchange.of(ctx);
        exchange.route(route.path());
        exchange.verdict(Verdict.COMPLETE);
        ctx.status(204).header("Allow", Problems.ALLOW);
        ctx.res().setContentType(null);
    }

    /// Javalin itself had no handler for the request.
    private static void refused(HttpResponseException e, Context ctx) {
        Answer answer = Problems.ofServer(e.getStatus(), null).answer(Exchange.of(ctx).id());
        Replies.write(e.getStatus() == 405 ? answer.with("Allow", Problems.ALLOW) : answer, ctx);
    }

    private static void failed(Exception e, Context ctx) {
        Exchange exchange = Exchange.of(ctx);
        LOG.error("A request failed outside its route; request id {}", exchange.id(), e);
        exchange.verdict(Verdict.BUG);
        Replies.write(Problems.bug().answer(exchange.id()), ctx);
    }
}
