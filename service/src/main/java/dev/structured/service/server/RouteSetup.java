package dev.structured.service.server;

import dev.structured.service.edge.Problems;
import dev.structured.service.edge.Verdict;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How the public edge's Javalin is set up: one handler for everything, and a problem for whatever it throws.
///
/// The routes are not Javalin's, which cannot change them while it runs.
final class RouteSetup {
    private static final Logger LOG = LoggerFactory.getLogger(RouteSetup.class);

    private RouteSetup() {}

    static void apply(JavalinConfig config, Dispatch dispatch) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        // Before the routes that there are none of: that way it gets every method.
        config.routes.before(dispatch);
        config.routes.exception(Exception.class, RouteSetup::failed);
    }

    private static void failed(Exception e, Context ctx) {
        Exchange exchange = Exchange.of(ctx);
        LOG.error("A request failed outside its route; request id {}", exchange.id(), e);
        exchange.verdict(Verdict.BUG);
        Replies.write(Problems.bug().answer(exchange.id()), ctx);
    }
}
