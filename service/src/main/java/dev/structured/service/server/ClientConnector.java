package dev.structured.service.server;

import dev.structured.service.descriptors.DescriptorReserve;
import dev.structured.service.descriptors.Descriptors;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connector of a listener: it accepts connections within limits, and drops clients that are too slow.
public class ClientConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnector.class);

    private final ListenerRules rules;
    private final SlowClients slowClients;
    private final ClientConnections connections;
    private final Acceptance acceptance;
    private final @Nullable DescriptorReserve reserve;
    private volatile @Nullable AcceptQueue queue;

    /// Makes a connector whose port is not open yet.
    ///
    /// @param reserve the descriptors that it may use when none is left; null for none
    @SuppressWarnings("this-escape") // used once the connector has been started
    ClientConnector(Server server, ListenerRules rules, @Nullable DescriptorReserve reserve,
            ConnectionFactory... protocols) {
        super(server, 1, 1, protocols);
        this.rules = rules;
        // The other half is for calls to downstreams, files, and the other listener.
        int max = Math.clamp(Descriptors.left() / 2, 1, rules.connections().max());
        this.connections = new ClientConnections(max, rules.connections(), rules.exempt());
        this.acceptance = new Acceptance(connections, max, rules.connections(), rules.observer());
        this.slowClients = new SlowClients(this, rules);
        this.reserve = reserve;
        setAcceptQueueSize(rules.connections().backlog());
        addBean(connections);
        addBean(slowClients);
        rules.observer().opened(connections::count);
    }

    /// Returns a connector of HTTP/1.1 whose port is not open yet.
    ///
    /// @param reserve the descriptors that it may use when none is left
    public static ClientConnector http1(Server server, HttpConfiguration http, ListenerRules rules,
            DescriptorReserve reserve) {
        return new ClientConnector(server, rules, reserve, new HttpConnectionFactory(http));
    }

    @Override
    public void accept(int acceptorId) throws IOException {
        AcceptQueue waiting = queue;
        if (waiting == null || !isOpen()) return;
        SocketChannel channel = acceptance.next(waiting);
        if (channel != null) take(channel);
    }

    /// Waits and goes on if the process has no descriptor left; Jetty would log a stack trace for each
    /// attempt.
    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        if (!isRunning() || !Descriptors.areExhausted(failure)) return super.handleAcceptFailure(failure);
        if (reserve == null || !reserve.release()) acceptance.outOfDescriptors();
        return true;
    }

    @Override
    protected void doStart() throws Exception {
        open();
        queue = new AcceptQueue((ServerSocketChannel) getTransport());
        super.doStart();
    }

    /// Closes the port at once, also if no thread waits for connections now.
    @Override
    public void close() {
        AcceptQueue last = queue;
        if (last != null) IO.close(last);
        super.close();
    }

    private void take(SocketChannel channel) throws IOException {
        Descriptors.taken();
        channel.configureBlocking(false);
        configure(channel.socket());
        getSelectorManager().accept(channel);
    }

    /// Accepts the waiting connections, and closes the port. Open connections are closed with their next
    /// answers, or get a GOAWAY; those that stay idle are closed a moment later, so that a request which is
    /// on its way is answered.
    void drain() {
        AcceptQueue waiting = queue;
        if (waiting == null) return;
        try {
            // Done first, so that only the close itself lies between the last look at the queue and the end
            // of the port: a connection that comes between them is reset.
            waiting.close();
            for (SocketChannel each = acceptance.rest(waiting); each != null; each = acceptance
                    .rest(waiting))
                take(each);
        } catch (IOException e) {
            LOG.warn("The connections that wait for the port could not be accepted: {}", e.getMessage());
        } finally {
            closePort(waiting);
            // They may have been idle for long, but their clients do not know of the end yet.
            for (EndPoint each : getConnectedEndPoints())
                if (each instanceof ClientEndPoint client) client.notIdle();
            // Jetty does not count connections that were just accepted: see hasClients.
            CompletableFuture<Void> _ = shutdown();
        }
    }

    /// Closes the port now: Jetty would close it only after a millisecond's worth of code that never ran
    /// before.
    private static void closePort(AcceptQueue waiting) {
        try {
            waiting.closePort();
        } catch (IOException e) {
            LOG.warn("The port could not be closed: {}", e.getMessage());
        }
    }

    /// Returns false if every accepted connection has been closed.
    boolean hasClients() {
        return connections.count() > 0;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
            SelectionKey key) {
        ClientEndPoint endPoint = endPoint(channel, selector, key);
        if (beginsWithHeader(channel)) endPoint.expectHeader(this::identified, this::withoutHeader);
        endPoint.setIdleTimeout(isShutdown() ? getShutdownIdleTimeout() : getIdleTimeout());
        return endPoint;
    }

    private boolean beginsWithHeader(SocketChannel channel) {
        InetAddress other = channel.socket().getInetAddress();
        return other != null && rules.connections().beginsWithHeader(other);
    }

    /// Called when a proxy has named the client of a connection. Returns false if the connection must be
    /// closed.
    private boolean identified(SocketChannel channel, InetAddress client) {
        boolean within = connections.identified(channel, client);
        if (!within) rules.observer().limited(ConnectionObserver.Limit.ADDRESS);
        return within;
    }

    private void withoutHeader() {
        rules.observer().dropped(ConnectionObserver.Drop.NO_PROXY_HEADER);
    }

    /// Returns the end point of a new connection.
    ClientEndPoint endPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ClientEndPoint(channel, selector, key, getScheduler(), slowClients.time());
    }

    /// Returns the object that drops slow clients.
    SlowClients slowClients() {
        return slowClients;
    }

    /// Returns the open connections.
    ClientConnections connections() {
        return connections;
    }

    /// Called a few times a second.
    void refillReserve() {
        if (reserve != null) reserve.refill();
    }
}
