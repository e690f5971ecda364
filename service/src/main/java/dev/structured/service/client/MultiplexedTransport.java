package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.ByteBufferPool;
import org.jspecify.annotations.Nullable;

/// Carries calls over HTTP/2: all share one connection, and cancelling one takes a frame. A connection that
/// the downstream wants to close is replaced, and finishes its calls beside the new one.
///
/// If the downstream may choose and chooses HTTP/1.1, calls are carried over that, and it is asked again now
/// and then.
final class MultiplexedTransport implements Transport {
    /*
     * A call that holds a permit waits for the connection, or is on it; so no more are in flight than there
     * are permits. `current` is the connection that new calls use: opening or open, and never draining.
     */

    /// Opens a socket, and agrees on a version of HTTP. Blocks.
    interface Opener {
        /// Returns a new connection.
        ///
        /// @throws DownstreamException if it cannot be opened
        /// @throws InterruptedException if interrupted meanwhile
        Wire open() throws DownstreamException, InterruptedException;
    }

    /// The number of times that a request is sent again if the downstream has not processed it.
    private static final int MOST_RESENDS = 2;
    private static final long BETWEEN_QUESTIONS_NANOS = Duration.ofMinutes(5).toNanos();

    private final Connections.Key key;
    private final Http2Client client;
    private final Openings openings;
    private final Opener opener;
    /// For a downstream that chooses HTTP/1.1; null if it may not.
    private final @Nullable PooledTransport other;
    private final Semaphore permits;

    private final Object lock = new Object();
    /// All guarded by the lock.
    private final Set<Http2Connection> open = new HashSet<>();
    private @Nullable Http2Connection current;
    private boolean closed;
    private boolean choseOther;
    private long choseAt;

    MultiplexedTransport(Connections.Key key, Http2Client client, Openings openings,
            Opener opener,
            @Nullable PooledTransport other) {
        this.key = key;
        this.client = client;
        this.openings = openings;
        this.opener = opener;
        this.other = other;
        this.permits = new Semaphore(key.maxConnections(), true);
    }

    @Override
    public void exchange(OutgoingRequest request, ClientExchange answer)
            throws DownstreamException, InterruptedException {
        PooledTransport chosen = chosen();
        if (chosen != null) {
            chosen.exchange(request, answer);
            return;
        }
        permits.acquire();
        try {
            multiplexed(request, answer);
        } finally {
            permits.release();
        }
    }

    private void multiplexed(OutgoingRequest request, ClientExchange answer)
            throws DownstreamException, InterruptedException {
        for (int resends = 0; resends <= MOST_RESENDS; resends++) {
            Http2Connection connection = connection();
            if (connection.awaitOpen() == Http2Connection.Opened.HTTP_1_1 && other != null) {
                other.exchange(request, answer);
                return;
            }
            if (connection.exchange(request, answer)) return;
        }
        throw new DownstreamException(ErrorType.RESET, "The downstream refused the request, "
                + (MOST_RESENDS + 1) + " times, without looking at it", null);
    }

    private @Nullable PooledTransport chosen() {
        if (other == null) return null;
        synchronized (lock) {
            if (choseOther && System.nanoTime() - choseAt > BETWEEN_QUESTIONS_NANOS) choseOther = false;
            return choseOther ? other : null;
        }
    }

    private Http2Connection connection() throws DownstreamException {
        Http2Connection begun;
        synchronized (lock) {
            if (closed) {
                throw new DownstreamException(ErrorType.RESET, "The connections to the downstream are closed",
                        null);
            }
            if (current != null) return current;
            begun = new Http2Connection(this, key);
            current = begun;
            open.add(begun);
        }
        client.start(begun);
        return begun;
    }

    /* --- Of the connections --- */

    /// Opens a socket. Blocks, first until one may be opened.
    ///
    /// @param begin runs when the opening begins
    Wire open(Runnable begin) throws DownstreamException, InterruptedException {
        return openings.open(key.maxOpens(), () -> {
            begin.run();
            return opener.open();
        });
    }

    ByteBufferPool buffers() {
        return client.buffers();
    }

    /// Accepts a connection on which the downstream has chosen HTTP/1.1.
    ///
    /// @return false if the downstream may not choose that
    boolean takeOver(Wire wire) {
        if (other == null) return false;
        synchronized (lock) {
            choseOther = true;
            choseAt = System.nanoTime();
        }
        other.adopt(new HttpConnection(wire, key.maxHeaderBytes()));
        return true;
    }

    /// Called when a connection takes no more calls.
    ///
    /// @param retired whether it is not wanted any more: it is old or unused, or its configuration is
    void drained(Http2Connection connection, boolean retired) {
        synchronized (lock) {
            if (current != connection) return;
            current = null;
        }
        if (connection.isOpened() && !retired) openings.lose(Openings.Reason.BROKEN);
    }

    /// Called when a connection has been closed, or was never opened.
    void ended(Http2Connection connection) {
        synchronized (lock) {
            open.remove(connection);
        }
    }

    @Override
    public void closeUnused(long now) {
        connections().forEach(each -> each.look(now));
        if (other != null) other.closeUnused(now);
    }

    private List<Http2Connection> connections() {
        synchronized (lock) {
            return new ArrayList<>(open);
        }
    }

    @Override
    public OpenConnections count() {
        List<Http2Connection> all = connections();
        int active = (int) all.stream().filter(Http2Connection::isActive).count();
        OpenConnections more = other == null ? null : other.count();
        return new OpenConnections(key.downstream(), key.target().host(), key.target().port(),
                active + (more == null ? 0 : more.active()),
                all.size() - active + (more == null ? 0 : more.idle()));
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        connections().forEach(Http2Connection::close);
        if (other != null) other.close();
    }
}
