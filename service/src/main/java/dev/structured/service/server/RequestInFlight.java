package dev.structured.service.server;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// The time between a request's head and the end of its answer, in which no head is due on its connection.
final class RequestInFlight extends Callback.Nested {
    private final @Nullable ClientEndPoint endPoint;
    /// False if requests do not follow each other, as over HTTP/2.
    private final boolean alone;
    private final AtomicBoolean ended = new AtomicBoolean();

    private RequestInFlight(@Nullable ClientEndPoint endPoint, boolean alone, Callback callback) {
        super(callback);
        this.endPoint = endPoint;
        this.alone = alone;
    }

    /// Called when the head of a request is complete.
    ///
    /// @param callback completed when the answer has been written
    static RequestInFlight begin(Request request, Callback callback) {
        ConnectionMetaData about = request.getConnectionMetaData();
        ClientEndPoint endPoint = ClientEndPoint.beneath(about.getConnection().getEndPoint());
        boolean alone = isAlone(request);
        if (endPoint != null) endPoint.requestBegan(alone);
        return new RequestInFlight(endPoint, alone, callback);
    }

    /// Returns true if no other request can run on the connection at the same time, as over HTTP/1.1.
    static boolean isAlone(Request request) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        return version.getVersion() <= HttpVersion.HTTP_1_1.getVersion();
    }

    /// Called before Jetty reads the next request.
    void end() {
        if (endPoint != null && ended.compareAndSet(false, true)) endPoint.requestEnded(alone);
    }

    @Override
    public void succeeded() {
        end();
        super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        end();
        super.failed(failure);
    }
}
