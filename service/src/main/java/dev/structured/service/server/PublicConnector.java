package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/// The connector of the public listener, whose connections can be read ahead.
final class PublicConnector extends ClientConnector {
    private static final long MOST_BYTES_AHEAD = 16L * 1024 * 1024;

    private final ReadAheadBudget budget;
    private final Executor virtualThreads;

    /// @param certificate null without TLS
    PublicConnector(Server server, HttpConfiguration http, ServerConfig config, ListenerRules rules,
            @Nullable ServerCertificate certificate) {
        Executor executor = Objects.requireNonNull(
                VirtualThreads.getVirtualThreadsExecutor(server.getThreadPool()),
                "Requests run on virtual threads");
        ReadAheadBudget ahead = new ReadAheadBudget(MOST_BYTES_AHEAD);
        super(server, rules, null, new HttpVersions(config, certificate, ahead).factories(http, executor));
        virtualThreads = executor;
        budget = ahead;
    }

    @Override
    ClientEndPoint endPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ReadAheadEndPoint(channel, selector, key, this, virtualThreads);
    }

    /// Returns the memory for bytes that were read ahead.
    ReadAheadBudget budget() {
        return budget;
    }
}
