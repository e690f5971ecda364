package dev.structured.service.client;

import dev.structured.core.Nursery;
import dev.structured.core.RunEntry;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.HTTP2ClientConnectionFactory;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/// Where connections of HTTP/2 live: none of the calls' own runs, since each connection carries many calls.
///
/// A call is of a run of its own, and a task is started by tasks of its run only; so the connections are
/// tasks of the run that has opened this, and come in by a [RunEntry]. Of Jetty's client only the protocol is
/// used, which needs no thread: neither its connector nor its timer is started.
final class Http2Client implements AutoCloseable {
    /// What a stream may send before it is read. Each is read at once, so that none holds up another.
    private static final int STREAM_WINDOW_BYTES = 256 * 1024;
    private static final int SESSION_WINDOW_BYTES = 1024 * 1024;

    /// Jetty counts the settings of a whole connection, not of a frame: a downstream that changes one now and
    /// then would lose its connection. A frame is bounded by its size.
    private static final int MOST_SETTINGS = 1_000_000;

    private final Nursery nursery;
    private final RunEntry entry;
    private final ByteBufferPool buffers;

    /// @param nursery waits for the connections
    /// @param buffers the bytes that arrive are read into
    Http2Client(Nursery nursery, ByteBufferPool buffers) {
        this.nursery = nursery;
        this.entry = RunEntry.open();
        this.buffers = buffers;
    }

    /// Has a connection opened and served, soon, in a task of its own; or lets it know that it will not be.
    void start(Http2Connection connection) {
        try {
            entry.post(() -> launch(connection));
        } catch (IllegalStateException closed) { // or the run has ended
            connection.refuse();
        }
    }

    private void launch(Http2Connection connection) {
        boolean started = false;
        try {
            nursery.startSoon(connection.toString(), connection::live);
            started = true;
        } catch (IllegalStateException closed) {
            // told below
        } finally {
            if (!started) connection.refuse();
        }
    }

    /// Returns Jetty's side of a connection.
    ///
    /// @param endPoint the socket
    /// @param maxHeadBytes the largest head that the downstream is told to send
    /// @param listener is told what happens
    static Connection connect(WireEndPoint endPoint, ByteBufferPool buffers, int maxHeadBytes,
            Session.Listener listener) {
        HTTP2Client client = new HTTP2Client();
        client.setExecutor(Runnable::run);
        client.setScheduler(new ScheduledExecutorScheduler("unused", true));
        client.setByteBufferPool(buffers);
        client.setUseInputDirectByteBuffers(false);
        client.setUseOutputDirectByteBuffers(false);
        client.setInitialStreamRecvWindow(STREAM_WINDOW_BYTES);
        client.setInitialSessionRecvWindow(SESSION_WINDOW_BYTES);
        client.setMaxConcurrentPushedStreams(0);
        client.setMaxSettingsKeys(MOST_SETTINGS);
        client.setMaxRequestHeadersSize(2 * RequestHead.MAX_BYTES);
        client.setMaxResponseHeadersSize(maxHeadBytes);
        Map<String, Object> context = new HashMap<>();
        context.put(HTTP2Client.CONTEXT_KEY, client);
        context.put(HTTP2Client.SESSION_LISTENER_CONTEXT_KEY, listener);
        context.put(HTTP2Client.SESSION_PROMISE_CONTEXT_KEY, Promise.noop());
        Connection connection = new HTTP2ClientConnectionFactory().newConnection(endPoint, context);
        endPoint.setConnection(connection);
        return connection;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    /// Starts no more connections. Those that are open stay open.
    @Override
    public void close() {
        entry.close();
    }
}
