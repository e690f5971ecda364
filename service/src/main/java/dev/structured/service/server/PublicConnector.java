package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/// The connector of the public listener, whose connections can be read ahead.
final class PublicConnector extends ServerConnector {
    private static final long MOST_BYTES_AHEAD = 16L * 1024 * 1024;

    private final ReadAheadBudget budget;
    private final Executor virtualThreads;

    /// @param certificate null without TLS
    PublicConnector(Server server, HttpConfiguration http, ServerConfig config,
            @Nullable ServerCertificate certificate) {
        Executor executor = Objects.requireNonNull(
                VirtualThreads.getVirtualThreadsExecutor(server.getThreadPool()),
                "Requests run on virtual threads");
        ReadAheadBudget ahead = new ReadAheadBudget(MOST_BYTES_AHEAD);
        super(server, 1, 1, new HttpVersions(config, certificate, ahead).factories(http, executor));
        virtualThreads = executor;
        budget = ahead;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
            SelectionKey key) {
        ReadAheadEndPoint endPoint = new ReadAheadEndPoint(channel, selector, key, getScheduler(), budget,
                virtualThreads);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /// Returns the memory for bytes that were read ahead.
    ReadAheadBudget budget() {
        return budget;
    }
}
