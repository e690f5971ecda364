package dev.structured.service.server;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;

/// Tells why the body of a request could not be read to its end.
final class BrokenBody {
    /// Jetty's words for a stream that the client has reset. A malformed body has others, but the same class
    /// of failure.
    private static final String RESET = "Reset ";

    private BrokenBody() {}

    /// Returns true if the client has gone, or has reset its stream of HTTP/2; false if what it sent is
    /// malformed.
    static boolean hasClientGone(Request request, Throwable failure) {
        boolean http2 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
        if (http2 && failure instanceof EofException
                && String.valueOf(failure.getMessage()).startsWith(RESET))
            return true;
        return request.getConnectionMetaData().getConnection().getEndPoint().isInputShutdown();
    }
}
