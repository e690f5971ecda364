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

/// Runs the connections of HTTP/2 outside the runs of calls, since each connection carries many calls.
///
/// Each call belongs to a run of its own, and only tasks of the same run can start a task. So the connections
/// are tasks of the run that has opened this, and are started by a [RunEntry]. Only the protocol of Jetty's
/// client is used, which needs no thread: neither its connector nor its timer is started.
final class Http2Client implements AutoCloseable {
    /// The bytes that a stream may send before it is read. Each stream is read at once, so that none holds up
    /// another.
    private static final int STREAM_WINDOW_BYTES = 256 * 1024;
    private static final int SESSION_WINDOW_BYTES = 1024 * 1024;

    /// Jetty counts the settings of a whole connection and not of a frame, so a downstream that changes a
    /// setting now and then would lose its connection. A frame is bounded by its size anyway.
    private static final int MOST_SETTINGS = 1_000_000;

    private final Nursery nursery;
    private final RunEntry entry;
    private final ByteBufferPool buffers;

    /// @param nursery waits for the connections
    /// @param buffers the pool of buffers into which arriving bytes are read
    Http2Client(Nursery nursery, ByteBufferPool buffers) {
        this.nursery = nursery;
        this.entry = RunEntry.open();
        this.buffers = buffers;
    }

    /// Starts a task that opens and serves the connection; if none can be started, tells the connection so.
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
    /// @param maxHeadBytes the largest head that is decoded; the listener tells the downstream a limit of
    ///     its own
    /// @param listener called for the events of the connection
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
