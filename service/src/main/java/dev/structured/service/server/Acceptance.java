package dev.structured.service.server;

import dev.structured.service.config.ConnectionsConfig;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Accepts connections within the limits of a listener. Used by the one thread that accepts.
///
/// If a limit of all connections is reached, no connection is accepted, and clients wait in the kernel's
/// queue. A connection that exceeds the limit of its address is accepted, and reset.
final class Acceptance {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptance.class);
    /// The time that it waits before it checks whether the port is still open.
    private static final long TURN_MILLIS = 100;
    private static final long BETWEEN_LINES_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ClientConnections open;
    private final int max;
    private final @Nullable AcceptRate rate;
    private final ConnectionObserver observer;
    private ConnectionObserver.@Nullable Limit reached;
    private long lineAt = System.nanoTime() - BETWEEN_LINES_NANOS;

    Acceptance(ClientConnections open, int max, ConnectionsConfig config, ConnectionObserver observer) {
        this.open = open;
        this.max = max;
        Integer perSecond = config.acceptRate();
        this.rate = perSecond == null ? null : new AcceptRate(perSecond, System.nanoTime());
        this.observer = observer;
    }

    /// Returns the next connection; null if there is none yet, since a limit is reached.
    @Nullable
    SocketChannel next(AcceptQueue queue) throws IOException {
        try {
            if (!isInTime()) return null;
            if (!open.awaitPlace(TURN_MILLIS)) {
                reached(ConnectionObserver.Limit.MAX, "The limit of " + max + " connections is reached");
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        SocketChannel channel = accept(queue::next);
        if (channel == null) return null;
        reached = null;
        if (rate != null) rate.accepted(System.nanoTime());
        return entered(channel) ? channel : null;
    }

    private boolean isInTime() throws InterruptedException {
        long delay = rate == null ? 0 : rate.delay(System.nanoTime());
        if (delay == 0) return true;
        reached(ConnectionObserver.Limit.RATE, "More connections come than may be accepted in a second");
        TimeUnit.NANOSECONDS.sleep(Math.min(delay, TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS)));
        return delay <= TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS);
    }

    private interface Source {
        @Nullable
        SocketChannel next() throws IOException;
    }

    /// Returns the next connection, for which there is a place; null if there is none.
    private @Nullable SocketChannel accept(Source source) throws IOException {
        SocketChannel channel = null;
        try {
            channel = source.next();
            return channel;
        } finally {
            if (channel == null) open.leave();
        }
    }

    /// Returns a connection that waits; null if none does, or there is no place for it. Called by the thread
    /// that closes the port.
    @Nullable
    SocketChannel rest(AcceptQueue queue) throws IOException {
        while (open.takePlace()) {
            SocketChannel channel = accept(queue::poll);
            if (channel == null || entered(channel)) return channel;
        }
        return null;
    }

    private boolean entered(SocketChannel channel) throws IOException {
        if (open.enter(channel)) return true;
        observer.limited(ConnectionObserver.Limit.ADDRESS);
        // A reset, so that no state of it stays in the kernel.
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        IO.close(channel);
        return false;
    }

    /// Called when the process has no descriptor for a connection. Waits a little.
    void outOfDescriptors() {
        reached(ConnectionObserver.Limit.DESCRIPTORS,
                "The process has no descriptor left (ulimit -n), so no connection can be accepted");
        try {
            TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Counts a limit when it is reached, and logs it now and then.
    private void reached(ConnectionObserver.Limit limit, String words) {
        if (reached == limit) return;
        reached = limit;
        observer.limited(limit);
        long now = System.nanoTime();
        if (now - lineAt < BETWEEN_LINES_NANOS) return;
        lineAt = now;
        LOG.warn("{}; further ones wait", words);
    }
}
