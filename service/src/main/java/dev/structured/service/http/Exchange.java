package dev.structured.service.http;

import io.javalin.http.Context;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// What is known about one request on its way through the edge. It ends as one log line and one measurement.
///
/// Lives in the request's attributes. Used by one thread at a time: the request's own, then the one that ends it.
final class Exchange {
    /// The status of a request whose client went away; nginx's number, never one that HTTP knows.
    static final int CLIENT_GONE = 499;

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
    static Exchange of(Request request, RequestObserver observer) {
        Request root = Request.unWrap(request);
        if (root.getAttribute(ATTRIBUTE) instanceof Exchange known) return known;
        Exchange begun = new Exchange(root);
        root.setAttribute(ATTRIBUTE, begun);
        observer.requestStarted(begun.method, begun.scheme);
        return begun;
    }

    /// Returns the exchange of a request that has passed the front door.
    static Exchange of(Context ctx) {
        if (ctx.req().getAttribute(ATTRIBUTE) instanceof Exchange known) return known;
        throw new IllegalStateException("A request reached Javalin without passing the front door");
    }

    /// Returns the server's own request, the innermost one.
    Request request() {
        return request;
    }

    /// Returns the request's id.
    String id() {
        return id;
    }

    /// Returns the method, `_OTHER` where HTTP does not know it.
    String method() {
        return method;
    }

    /// Returns `http` or `https`.
    String scheme() {
        return scheme;
    }

    /// Returns true when the server could not make a request of what came.
    boolean malformed() {
        return malformed;
    }

    /// Notes that the server has made a request of what came.
    void wellFormed() {
        malformed = false;
    }

    /// Returns what the request met in the table that was served when it came.
    RouteTable.Match match() {
        return match;
    }

    /// Notes what the request met in a table that is held for it.
    void match(RouteTable.Match met, RouteTable held) {
        match = met;
        table = held;
    }

    /// Lets go of the table that was held for the request, which has ended.
    void ended() {
        if (table != null) table.release();
        table = null;
    }

    /// Returns the body, where its route has a use for it, and forgets it.
    byte[] takeBody() {
        byte[] taken = body;
        body = NO_BODY;
        return taken;
    }

    /// Keeps the body for its route.
    void body(byte[] read) {
        body = read;
    }

    /// Returns the path template of the route that matched.
    @Nullable
    String route() {
        return route;
    }

    /// Notes the path template of the route that matched.
    void route(String template) {
        route = template;
    }

    /// Returns what the request came to.
    Verdict verdict() {
        return verdict;
    }

    /// Notes what the request came to.
    void verdict(Verdict decided) {
        verdict = decided;
    }
}
