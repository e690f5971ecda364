package dev.structured.service.server;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/// One write to a client, from its beginning until its last byte has gone to the operating system.
///
/// Its progress is the position of the buffer, which Jetty moves over HTTP/1.1 and HTTP/2 alike. It is read
/// without a lock: a stale position only delays the decision.
final class SentPiece extends Callback.Nested implements Transfer {
    private static final int LARGE = 64 * 1024;
    private static final String DROPPED = SentPiece.class.getName();

    private final Request request;
    private final ByteBuffer bytes;
    private final int length;
    private final SlowClients slow;
    private final Pace pace;
    private final long begun;

    SentPiece(Request request, ByteBuffer bytes, SlowClients slow, Callback callback) {
        super(callback);
        this.request = request;
        this.bytes = bytes;
        this.length = bytes.remaining();
        this.slow = slow;
        this.begun = slow.time().now();
        this.pace = new Pace(slow.limits().answerTimeout(), slow.limits(), begun);
    }

    /// Returns true if a piece of the answer to `request` was not read in time.
    static boolean wasDropped(Request request) {
        return Request.unWrap(request).getAttribute(DROPPED) != null;
    }

    /// Returns true if much of it is left.
    boolean isLarge() {
        return bytes.remaining() >= LARGE;
    }

    /// Returns the time since its beginning, in nanoseconds.
    long age(long now) {
        return now - begun;
    }

    /// Returns the pace of the client, in bytes per nanosecond.
    double rate(long now) {
        return (double) (length - bytes.remaining()) / Math.max(1, age(now));
    }

    @Override
    public boolean isTooSlow(long now) {
        return pace.isTooSlow(now, length - bytes.remaining());
    }

    @Override
    public void drop() {
        Request.unWrap(request).setAttribute(DROPPED, true);
        slow.dropped(ConnectionObserver.Drop.SLOW_READER);
        TimeoutException late = new TimeoutException("The client did not read its answer in time");
        if (RequestInFlight.isAlone(request)) {
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            // Closed beneath TLS, which would first send its close_notify to the client that does not read.
            EndPoint beneath = ClientEndPoint.beneath(endPoint);
            (beneath == null ? endPoint : beneath).close(late);
        } else {
            reset(late);
        }
    }

    /// Ends the stream, and leaves the connection to the other streams.
    private void reset(TimeoutException late) {
        AtomicReference<HttpStream> found = new AtomicReference<>();
        request.addHttpStreamWrapper(stream -> {
            found.set(stream);
            return stream;
        });
        found.get().cancelSend(late, Callback.NOOP).run();
    }

    @Override
    public void succeeded() {
        slow.forget(this);
        super.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
        slow.forget(this);
        super.failed(failure);
    }
}
