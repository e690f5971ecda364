package dev.structured.service.backend;

import dev.structured.service.aggregate.Backend;
import dev.structured.service.config.DownstreamConfig;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Every downstream that is called over HTTP: opens them, and closes their connections at the end.
/// Thread-safe.
///
/// Each downstream has a client of its own, so that its limits are its own; they share threads, timers and
/// buffers.
public final class HttpBackends implements AutoCloseable {
    private record Opened(DownstreamConfig config, Target target, JettyClient client) {}

    private final JettyResources shared = new JettyResources();
    private final List<Opened> opened = new CopyOnWriteArrayList<>();

    /// Starts without any downstream.
    public HttpBackends() {}

    /// Opens a downstream; no connection is made before the first call.
    ///
    /// @param config its limits
    /// @param url `http://host:port`, where it listens
    /// @param observer sees every call to it
    /// @throws IllegalArgumentException if the URL has a path, a user or anything else
    /// @throws IllegalStateException if this is closed
    public Backend open(DownstreamConfig config, URI url, CallObserver observer) {
        Target target = new Target(url);
        JettyClient client = JettyClient.start(config, shared);
        opened.add(new Opened(config, target, client));
        return new HttpBackend(config, target, client, observer);
    }

    /// Returns how many connections are open now, by downstream, in the order of opening.
    public List<OpenConnections> openConnections() {
        return opened.stream().map(each -> each.client().openConnections(each.config(), each.target()))
                .toList();
    }

    /// Closes all connections; calls that still run fail. Blocks for a moment. A second call does nothing.
    @Override
    public void close() {
        opened.forEach(each -> each.client().close());
        shared.close();
    }
}
