package dev.structured.service.server;

import dev.structured.service.config.ServerConfig;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
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
        addBean(new LateSessions());
    }

    @Override
    ClientEndPoint endPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ReadAheadEndPoint(channel, selector, key, this, virtualThreads);
    }

    /// Ends HTTP/2 too: its sessions send a GOAWAY, so that their clients ask elsewhere.
    @Override
    void drain() {
        super.drain();
        forEachSession(PublicConnector::goAway);
    }

    /// Lets the sessions of HTTP/2 end that have nothing left to answer and whose clients keep them open:
    /// they are idle connections from now on, until another request comes. Called again and again after
    /// [#drain].
    void endIdleSessions() {
        forEachSession(session -> {
            long idleTimeout = session.getStreams().isEmpty() ? getShutdownIdleTimeout() : 0;
            EndPoint endPoint = session.getEndPoint();
            if (endPoint.getIdleTimeout() != idleTimeout) endPoint.setIdleTimeout(idleTimeout);
        });
    }

    private void forEachSession(Consumer<HTTP2Session> action) {
        HTTP2ServerConnectionFactory http2 = getConnectionFactory(HTTP2ServerConnectionFactory.class);
        if (http2 == null) return;
        for (SessionContainer sessions : http2.getBeans(SessionContainer.class))
            for (Session each : sessions.getSessions())
                if (each instanceof HTTP2Session session) action.accept(session);
    }

    /// Sends a GOAWAY; the session is closed when its last request has ended. Until then it may be silent for
    /// as long as its requests take, although Jetty cuts one short that is idle after its GOAWAY.
    private static void goAway(HTTP2Session session) {
        session.getEndPoint().setIdleTimeout(0);
        CompletableFuture<Void> _ = session.shutdown();
    }

    /// Sends a GOAWAY to clients whose connections waited at the port when it was closed.
    private final class LateSessions implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            if (isShutdown() && connection instanceof HTTP2Connection late) goAway(late.getSession());
        }
    }

    /// Returns the memory for bytes that were read ahead.
    ReadAheadBudget budget() {
        return budget;
    }
}
