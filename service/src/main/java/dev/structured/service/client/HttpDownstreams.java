package dev.structured.service.client;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// Every downstream that is called over HTTP: opens them, and closes their connections at the end.
/// Thread-safe.
///
/// Each downstream has connections of its own, so that its limits are its own. A downstream may be opened again, for
/// another configuration, while it is in use: with the same connections if address and limits of connections are the
/// same.
public final class HttpDownstreams implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Object lock = new Object();
    /// In the order of opening. Guarded by the lock, as all users of connections are.
    private final Map<Connections.Key, Connections> opened = new LinkedHashMap<>();
    private boolean closed;

    private HttpDownstreams() {}

    /// Starts without any downstream.
    ///
    /// @param nursery of what lives as long as these; a task in it closes idle connections, until it is cancelled
    public static HttpDownstreams open(Nursery nursery) {
        HttpDownstreams downstreams = new HttpDownstreams();
        nursery.startSoon("idle connections", downstreams::closeUnused);
        return downstreams;
    }

    private void closeUnused() {
        while (true) {
            Checkpoints.sleep(BETWEEN_LOOKS);
            connections().forEach(each -> each.pool.closeUnused());
        }
    }

    /// Opens a downstream; no connection is made before the first call.
    ///
    /// @param config its limits
    /// @param url `http://host:port`, where it listens
    /// @param observer sees every call to it
    /// @return closed by [#close()] too
    /// @throws IllegalArgumentException if the URL has a path, a user or anything else
    /// @throws IllegalStateException if this is closed
    public OpenedDownstream open(DownstreamConfig config, URI url, CallObserver observer) {
        Target target = new Target(url);
        Connections.Key key = Connections.Key.of(config, target);
        Connections connections;
        synchronized (lock) {
            if (closed)
                throw new IllegalStateException("The downstreams are closed. Was one opened too late?");
            connections = opened.get(key);
            if (connections == null) {
                connections = new Connections(key);
                opened.put(key, connections);
            }
            connections.users++;
        }
        return new HttpDownstream(config, target, connections, observer, releaseOnce(connections));
    }

    private Runnable releaseOnce(Connections connections) {
        AtomicBoolean released = new AtomicBoolean();
        return () -> {
            if (released.compareAndSet(false, true)) release(connections);
        };
    }

    private void release(Connections connections) {
        boolean last;
        synchronized (lock) {
            last = --connections.users == 0;
            if (last) opened.remove(connections.key, connections);
        }
        if (last) connections.close();
    }

    /// Returns how many connections are open now, by downstream and address, in the order of opening. While two
    /// configurations of one downstream have connections of their own to one address, the sum of both.
    public List<OpenConnections> openConnections() {
        Map<OpenConnections, OpenConnections> sums = new LinkedHashMap<>();
        for (Connections each : connections()) {
            OpenConnections now = each.count();
            sums.merge(now.of(0, 0), now,
                    (a, b) -> a.of(a.active() + b.active(), a.idle() + b.idle()));
        }
        return List.copyOf(sums.values());
    }

    private List<Connections> connections() {
        synchronized (lock) {
            return new ArrayList<>(opened.values());
        }
    }

    /// Closes all connections; calls that still run fail. A second call does nothing.
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        connections().forEach(Connections::close);
    }
}
