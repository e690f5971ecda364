package dev.structured.service.client;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.client.CallObserver.Peer;
import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;

/// HTTP/1.1 and HTTP/2, with TLS or without: opens the downstreams that are called over it, and closes their
/// connections at the end. Thread-safe.
///
/// Each downstream has connections of its own, and so limits of its own. A downstream that is opened again,
/// for another configuration, has the same connections if its address and limits of connections are the same.
public final class HttpProtocol implements Protocol {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Object lock = new Object();
    /// In the order of opening. Guarded by the lock, as all users of connections are.
    private final Map<Connections.Key, Connections> opened = new LinkedHashMap<>();
    /// By downstream and address, including those that are no longer in use. Guarded by the lock.
    private final Map<Peer, Openings> openings = new LinkedHashMap<>();
    private boolean closed;

    private final Http2Client http2;

    private HttpProtocol(Http2Client http2) {
        this.http2 = http2;
    }

    /// Starts without any downstream.
    ///
    /// @param nursery runs a task that closes idle connections until it is cancelled, and a task for each
    ///     connection of HTTP/2
    public static HttpProtocol open(Nursery nursery) {
        HttpProtocol http = open(nursery, new ArrayByteBufferPool());
        nursery.startSoon("idle connections", http::keepLooking);
        return http;
    }

    /// Starts without a task that closes idle connections: see [#keepLooking].
    ///
    /// @param buffers the pool of buffers into which HTTP/2 reads
    static HttpProtocol open(Nursery nursery, ByteBufferPool buffers) {
        return new HttpProtocol(new Http2Client(nursery, buffers));
    }

    /// Closes the connections that are not needed any more, once a second, until cancelled.
    void keepLooking() {
        while (true) {
            Checkpoints.sleep(BETWEEN_LOOKS);
            closeUnused(System.nanoTime());
        }
    }

    /// Closes the connections that are not needed any more.
    ///
    /// @param now the time, of [System#nanoTime()]
    void closeUnused(long now) {
        connections().forEach(each -> each.transport.closeUnused(now));
    }

    @Override
    public boolean speaks(URI url) {
        return "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    }

    /// {@inheritDoc}
    ///
    /// @param endpoint its URL is `http://host:port` or `https://host:port`, perhaps with a path that all
    ///     calls begin with
    @Override
    public OpenedDownstream open(DownstreamConfig config, EndpointAddress endpoint, CallObserver observer) {
        Target target = Target.of(endpoint);
        Connections.Key key = Connections.Key.of(config, target);
        Connections connections;
        synchronized (lock) {
            if (closed)
                throw new IllegalStateException("The client is closed. Was a downstream opened too late?");
            connections = opened.get(key);
            if (connections == null) {
                connections = new Connections(key, http2, openings(key));
                opened.put(key, connections);
            }
            connections.users++;
        }
        return new HttpDownstream(config, target, connections, observer, releaseOnce(connections));
    }

    private Openings openings(Connections.Key key) {
        Peer peer = new Peer(key.downstream(), key.target().host(), key.target().port());
        return openings.computeIfAbsent(peer, _ -> new Openings());
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

    /// {@inheritDoc}
    ///
    /// In the order of opening. While two configurations of one downstream have separate connections to one
    /// address, their numbers are added.
    @Override
    public List<OpenConnections> openConnections() {
        Map<OpenConnections, OpenConnections> sums = new LinkedHashMap<>();
        for (Connections each : connections()) {
            OpenConnections now = each.count();
            sums.merge(now.of(0, 0), now,
                    (a, b) -> a.of(a.active() + b.active(), a.idle() + b.idle()));
        }
        return List.copyOf(sums.values());
    }

    @Override
    public List<OpenedConnections> openedConnections() {
        List<OpenedConnections> all = new ArrayList<>();
        synchronized (lock) {
            openings.forEach((peer, each) -> each.opened().forEach((reason, count) -> all
                    .add(new OpenedConnections(peer.downstream(), peer.address(), peer.port(),
                            reason.name().toLowerCase(Locale.ROOT), count))));
        }
        return all;
    }

    private List<Connections> connections() {
        synchronized (lock) {
            return new ArrayList<>(opened.values());
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        connections().forEach(Connections::close);
        http2.close();
    }
}
