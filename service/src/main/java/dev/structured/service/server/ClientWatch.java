package dev.structured.service.server;

import dev.structured.service.config.ServerConfig.HalfClose;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Notices that the client of a request in flight goes away: FIN, reset or half-close, within milliseconds.
///
/// Jetty does not read from an HTTP/1.1 connection while its request is in flight, so it would notice only on
/// writing the answer. The watch reads in Jetty's place: it registers for the next readable moment, and early
/// bytes of the client (pipelined requests) stay in the [ReadAhead] until Jetty reads them.
///
/// A client that sends more early bytes than are kept counts as gone, since its end could not be seen behind
/// them.
///
/// Over HTTP/1.1, a client that closes only its sending side cannot be distinguished from one that closed
/// both. It counts as gone, as in Go's `net/http`, unless the configuration says that it waits.
final class ClientWatch implements Callback, AutoCloseable {
    /*
     * The watch relies on these properties of Jetty 12.1, which ClientWatchTest pins:
     * - while a handler runs and the body was read to its end, nothing else is registered with the end
     *   point's FillInterest;
     * - completing a response with a registration pending aborts the connection, so the watch is closed
     *   before;
     * - HttpConnection reads through EndPoint.fill only.
     * Jetty reads HTTP/2 all the time, and calls the failure listener for resets, but not always for the end
     * of a connection: after a GOAWAY, Jetty lets requests go on that have arrived whole, although their
     * answers cannot be read. So the watch waits for that end itself.
     */
    // Shared by all watches: it is neither thrown nor shown, so a stack trace of its own would be useless.
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Throwable CLOSED = new CancellationException("The client watch was closed");

    private final HalfClose halfClose;
    private final SlowClients slow;
    /// The reads of an HTTP/1.1 connection, which the watch takes over; null over HTTP/2.
    private final @Nullable ReadAhead ahead;
    /// The reads of an HTTP/2 connection, which Jetty goes on with; null over HTTP/1.1.
    private final @Nullable ReadAhead shared;
    private final Runnable end = this::tellGone;
    private final ReentrantLock lock = new ReentrantLock();

    /// Whether the end point will call back. Guarded by the lock.
    private boolean registered;
    /// Null once the watch is closed: Jetty keeps the watch until the answer has been read, and would keep
    /// the page with it. Guarded by the lock.
    private @Nullable Runnable gone;

    private ClientWatch(Request request, HalfClose halfClose, Runnable gone) {
        this.halfClose = halfClose;
        this.slow = SlowClients.of(request);
        this.gone = gone;
        boolean http2 = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
        this.ahead = http2 ? null : watchable(request);
        this.shared = http2 ? watchable(request) : null;
    }

    /// Starts to watch the client of `request`, whose body must have been read to its end.
    ///
    /// @param halfClose says how to treat a client that closes only its sending side
    /// @param gone called once or more when the client has gone, on a thread that must not be blocked
    static ClientWatch open(Request request, HalfClose halfClose, Runnable gone) {
        ClientWatch watch = new ClientWatch(request, halfClose, gone);
        request.addFailureListener(watch::failed);
        watch.start();
        return watch;
    }

    private void start() {
        if (shared != null) shared.awaitEnd(end);
        lock.lock();
        try {
            register();
        } finally {
            lock.unlock();
        }
    }

    /// Stops watching. Must be called before the answer completes.
    @Override
    public void close() {
        lock.lock();
        try {
            gone = null;
            if (shared != null) shared.forget(end);
            if (ahead == null) return;
            if (registered) ahead.failWatch(CLOSED);
            ahead.unwatch();
        } finally {
            lock.unlock();
        }
    }

    /// Called when the connection has bytes to read, or has ended.
    @Override
    public void succeeded() {
        Runnable told;
        lock.lock();
        try {
            registered = false;
            told = gone;
            if (told == null || ahead == null || isThere(ahead)) return;
        } finally {
            lock.unlock();
        }
        told.run();
    }

    /// Reads the bytes that have arrived, and registers for more. Does not register after the end, which
    /// stays readable.
    private boolean isThere(ReadAhead connection) {
        try {
            if (!connection.read()) return halfClose == HalfClose.WAITING;
        } catch (IOException e) {
            return false;
        }
        if (connection.isFull()) {
            slow.dropped(ConnectionObserver.Drop.SENT_TOO_MUCH);
            return false;
        }
        register();
        return true;
    }

    /// Called when the connection was closed on this side, or broke.
    @Override
    public void failed(Throwable failure) {
        tellGone();
    }

    private void tellGone() {
        Runnable told;
        lock.lock();
        try {
            registered = false;
            told = gone;
        } finally {
            lock.unlock();
        }
        if (told != null) told.run();
    }

    /// The callback never blocks, so the selector's thread may call it, and no other thread is needed to see
    /// a client go.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void register() {
        registered = ahead != null && ahead.watch(this);
    }

    private static @Nullable ReadAhead watchable(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof WatchedEndPoint watchable ? watchable.ahead() : null;
    }
}
