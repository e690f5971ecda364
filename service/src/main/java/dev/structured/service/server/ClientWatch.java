package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Notices that the client of a running request goes away: FIN, reset or half-close, within milliseconds.
///
/// Jetty does not read from an HTTP/1.1 connection while its request runs, so it would notice only on writing
/// the answer. The watch reads in Jetty's place: it registers for the next readable moment, and keeps
/// whatever the client sends early (pipelined requests) to hand it back when it closes.
///
/// A client that closes only its sending side counts as gone, as in Go's `net/http`: over HTTP/1.1 it cannot
/// be told from one that closed both.
final class ClientWatch implements Callback, AutoCloseable {
    /*
     * What this leans on inside Jetty 12.1, pinned by ClientWatchTest:
     * - while a handler runs and the body was read to its end, nobody else is registered with the end point's
     *   FillInterest;
     * - completing a response with a registration pending aborts the connection, so the watch must be closed
     *   before;
     * - HttpConnection gives unread bytes out by UpgradeFrom and takes them back by UpgradeTo, into a buffer
     *   of
     *   getInputBufferSize() bytes; so the watch holds at most that many, and then stops reading.
     * For HTTP/2 the failure listener alone is enough.
     */
    // One for all: it is neither thrown nor shown, and a stack trace for each request would be for nobody.
    @SuppressWarnings("StaticAssignmentOfThrowable")
    private static final Throwable CLOSED = new CancellationException("The client watch was closed");

    private final Runnable gone;
    private final @Nullable Connection connection;
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();

    /// What the client sent early, in flush mode. Guarded by the lock.
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;
    /// Whether the end point will call back. Guarded by the lock.
    private boolean registered;
    /// Guarded by the lock.
    private boolean closed;

    private ClientWatch(Request request, Runnable gone) {
        this.gone = gone;
        this.connection = watchable(request);
        this.capacity = request.getConnectionMetaData().getHttpConfiguration().getInputBufferSize();
    }

    /// Starts to watch the client of `request`, whose body must have been read to its end.
    ///
    /// @param gone called once or more when the client has gone, on a thread that must not be blocked
    static ClientWatch open(Request request, Runnable gone) {
        ClientWatch watch = new ClientWatch(request, gone);
        request.addFailureListener(watch::failed);
        watch.start();
        return watch;
    }

    /// Stops watching, and gives what the client sent early back to the connection. Before the answer
    /// completes!
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (registered) endPoint().getFillInterest().onFail(CLOSED);
            if (early.hasRemaining() && connection instanceof Connection.UpgradeTo taker) {
                taker.onUpgradeTo(early);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The connection has something to read, or its end.
    @Override
    public void succeeded() {
        boolean end;
        lock.lock();
        try {
            registered = false;
            if (closed) return;
            end = readToEnd();
            if (!end && BufferUtil.space(early) > 0) register();
        } finally {
            lock.unlock();
        }
        if (end) gone.run();
    }

    /// The connection was closed under us, or broke.
    @Override
    public void failed(Throwable failure) {
        lock.lock();
        try {
            registered = false;
            if (closed) return;
        } finally {
            lock.unlock();
        }
        gone.run();
    }

    /// Never blocks, so the selector's thread may call it: nothing has to be dispatched to see a client go.
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private void start() {
        lock.lock();
        try {
            if (connection instanceof Connection.UpgradeFrom from) {
                // The connection may already hold the next request. Taking it over keeps one count of what is
                // held.
                ByteBuffer held = from.onUpgradeFrom();
                if (held != null) keep(held);
                register();
            }
        } finally {
            lock.unlock();
        }
    }

    private void register() {
        registered = endPoint().getFillInterest().tryRegister(this);
    }

    /// Reads what is there; returns true at the connection's end. Under the lock.
    private boolean readToEnd() {
        if (early.capacity() == 0) early = BufferUtil.allocate(capacity);
        try {
            int read;
            do {
                read = endPoint().fill(early);
            } while (read > 0 && BufferUtil.space(early) > 0);
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private void keep(ByteBuffer held) {
        early = BufferUtil.allocate(Math.max(capacity, held.remaining()));
        BufferUtil.append(early, held);
    }

    private AbstractEndPoint endPoint() {
        if (connection != null && connection.getEndPoint() instanceof AbstractEndPoint own) return own;
        throw new IllegalStateException("The end point of a connection changed its kind while a request ran");
    }

    private static @Nullable Connection watchable(Request request) {
        ConnectionMetaData about = request.getConnectionMetaData();
        Connection connection = about.getConnection();
        boolean watchable = about.getHttpVersion().getVersion() <= HttpVersion.HTTP_1_1.getVersion()
                && connection instanceof Connection.UpgradeFrom
                && connection instanceof Connection.UpgradeTo
                && connection.getEndPoint() instanceof AbstractEndPoint;
        return watchable ? connection : null;
    }
}
