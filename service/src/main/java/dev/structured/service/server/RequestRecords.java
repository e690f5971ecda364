package dev.structured.service.server;

import dev.structured.service.edge.RequestId;
import dev.structured.service.edge.RequestObserver;
import dev.structured.service.edge.RequestRecord;
import org.eclipse.jetty.server.Request;

/// The records of the requests that run, each in the attributes of its request.
///
/// @param observer is told of each request when its record is made
record RequestRecords(RequestObserver observer) {
    private static final String ATTRIBUTE = RequestRecord.class.getName();

    /// Returns the record of `request`; the first call makes it.
    RequestRecord of(Request request) {
        Request root = Request.unWrap(request);
        if (root.getAttribute(ATTRIBUTE) instanceof RequestRecord known) return known;
        RequestRecord begun = new RequestRecord(root.getMethod(), scheme(root),
                root.getHeaders().get(RequestId.HEADER));
        root.setAttribute(ATTRIBUTE, begun);
        observer.requestStarted(begun.method(), begun.scheme());
        return begun;
    }

    /// Returns `https` for a request that came by TLS, whatever it says of itself.
    static String scheme(Request request) {
        return request.getConnectionMetaData().isSecure() ? "https" : "http";
    }
}
