package dev.structured.service.server;

import dev.structured.service.edge.Problems;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.edge.Verdict;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/// The one handler that Javalin has: hands each request to the route that the front door has found for it.
///
/// A route for GET answers HEAD too, which does the same work and sends no body; OPTIONS names the methods of a path.
final class Dispatch implements Handler {
    private final RouteHandler routes;

    Dispatch(RouteHandler routes) {
        this.routes = routes;
    }

    @Override
    public void handle(Context ctx) {
        Exchange exchange = Exchange.of(ctx);
        switch (exchange.match()) {
            case RouteTable.Match.Found found -> routes.handle(exchange, found, ctx);
            case RouteTable.Match.OtherMethods(String path, String allow) ->
                other(exchange, path, allow, ctx);
            case RouteTable.Match.Nothing() ->
                Replies.write(Problems.unknownPath().answer(exchange.id()), ctx);
        }
        ctx.skipRemainingHandlers();
    }

    private static void other(Exchange exchange, String path, String allow, Context ctx) {
        if (!exchange.method().equals("OPTIONS")) {
            Replies.write(Problems.methodNotAllowed().answer(exchange.id()).with("Allow", allow), ctx);
            return;
        }
        exchange.route(path);
        exchange.verdict(Verdict.COMPLETE);
        ctx.status(204).header("Allow", allow);
        ctx.res().setContentType(null);
    }
}
