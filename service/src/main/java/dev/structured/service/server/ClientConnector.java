package dev.structured.service.server;

import dev.structured.service.config.TransferConfig;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// The connector of a listener: it drops clients that are too slow.
public class ClientConnector extends ServerConnector {
    private final SlowClients slowClients;

    /// Makes a connector whose port is not open yet.
    ///
    /// @param nanoTime the real time
    @SuppressWarnings("this-escape") // used once the connector has been started
    ClientConnector(Server server, TransferConfig limits, ConnectionObserver observer, LongSupplier nanoTime,
            ConnectionFactory... protocols) {
        super(server, 1, 1, protocols);
        this.slowClients = new SlowClients(this, limits, observer, nanoTime);
        addBean(slowClients);
    }

    /// Returns a connector of HTTP/1.1 whose port is not open yet.
    public static ClientConnector http1(Server server, HttpConfiguration http, TransferConfig limits,
            ConnectionObserver observer) {
        return new ClientConnector(server, limits, observer, System::nanoTime,
                new HttpConnectionFactory(http));
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector,
            SelectionKey key) {
        ClientEndPoint endPoint = endPoint(channel, selector, key);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /// Returns the end point of a new connection.
    ClientEndPoint endPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ClientEndPoint(channel, selector, key, getScheduler(), slowClients.time());
    }

    /// Returns what drops clients that are too slow.
    SlowClients slowClients() {
        return slowClients;
    }
}
