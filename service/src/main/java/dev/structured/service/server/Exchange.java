package dev.structured.service.server;

import dev.structured.service.edge.RequestId;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RouteTable;
import dev.structured.service.edge.Verdict;
import io.javalin.http.Context;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// What is known about one request on its way through the edge. It ends as one log line and one measurement.
///
/// Lives in the request's attributes. Used by one thread at a time: the request's own, then the one that ends it.
public final class Exchange {
    private static final String ATTRIBUTE = Exchange.class.getName();
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT",
            "OPTIONS", "TRACE", "PATCH", "QUERY");

    private static final byte[] NO_BODY = {};

    private final Request request;
    private final String id;
    private final String method;
    private final String scheme;
    private boolean malformed = true;
    private RouteTable.Match match = new RouteTable.Match.Nothing();
    private @Nullable RouteTable table;
    private byte[] body = NO_BODY;
    private @Nullable String route;
    private Verdict verdict = Verdict.UNKNOWN;

    private Exchange(Request request) {
        this.request = request;
        this.id = RequestId.of(request.getHeaders().get(RequestId.HEADER));
        this.method = METHODS.contains(request.getMethod()) ? request.getMethod() : "_OTHER";
        this.scheme = request.isSecure() ? "https" : "http";
    }

    /// Returns the exchange of `request`; the first call begins it and tells `observer`.
    public static Exchange of(Request request, RequestObserver observer) {
        Request root = Request.unWrap(request);
        if (root.getAttribute(ATTRIBUTE) instanceof Exchange known) return known;
        Exchange begun = new Exchange(root);
        root.setAttribute(ATTRIBUTE, begun);
        observer.requestStarted(begun.method, begun.scheme);
        return begun;
    }

    /// Returns the exchange of a request that has passed the front door.
    public static Exchange of(Context ctx) {
        if (ctx.req().getAttribute(ATTRIBUTE) instanceof Exchange known) return known;
        throw new IllegalStateException("A request reached Javalin without passing the front door");
    }

    /// Returns the server's own request, the innermost one.
    public Request request() {
        return request;
    }

    /// Returns the request's id.
    public String id() {
        return id;
    }

    /// Returns the method, `_OTHER` where HTTP does not know it.
    public String method() {
        return method;
    }

    /// Returns `http` or `https`.
    public String scheme() {
        return scheme;
    }

    /// Returns true when the server could not make a request of what came.
    public boolean malformed() {
        return malformed;
    }

    /// Notes that the server has made a request of what came.
    public void wellFormed() {
        malformed = false;
    }

    /// Returns what the request met in the table that was served when it came.
    public RouteTable.Match match() {
        return match;
    }

    /// Notes what the request met in a table that is held for it.
    public void match(RouteTable.Match met, RouteTable held) {
        match = met;
        table = held;
    }

    /// Lets go of the table that was held for the request, which has ended.
    public void ended() {
        if (table != null) table.release();
        table = null;
    }

    /// Returns the body, where its route has a use for it, and forgets it.
    public byte[] takeBody() {
        byte[] taken = body;
        body = NO_BODY;
        return taken;
    }

    /// Keeps the body for its route.
    public void body(byte[] read) {
        body = read;
    }

    /// Returns the path template of the route that matched.
    @Nullable
    public String route() {
        return route;
    }

    /// Notes the path template of the route that matched.
    public void route(String template) {
        route = template;
    }

    /// Returns what the request came to.
    public Verdict verdict() {
        return verdict;
    }

    /// Notes what the request came to.
    public void verdict(Verdict decided) {
        verdict = decided;
    }
}
