package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.SendFailure;
import org.eclipse.jetty.client.transport.internal.HttpChannelOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpConnectionOverHTTP;
import org.eclipse.jetty.client.transport.internal.HttpReceiverOverHTTP;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/// Jetty's HTTP/1.1 transport, made stricter where an answer could be taken for that of another request.
final class StrictTransport extends HttpClientTransportOverHTTP {
    /*
     * Jetty 12.1 drops surplus bytes behind an answer and keeps the connection. A server that has lost count
     * has lost it for the next request too, so here the connection is closed:
     * - bytes behind the answer in the same buffer: StrictReceiver.messageComplete;
     * - bytes that come later, up to the moment the next request goes out: StrictEndPoint. Where
     *   StrictConnection.send finds them, nothing of the request has been sent, so handing it to another
     *   connection is no retry.
     *
     * `transport.internal` is not Jetty's public API. The version is pinned; FaultTest and SurplusTest are
     * the contract.
     */
    private final int maxHeadBytes;

    /// @param maxHeadBytes the largest head of an answer that is read
    StrictTransport(int maxHeadBytes) {
        super(new StrictConnector());
        this.maxHeadBytes = maxHeadBytes;
    }

    /// Bytes came that are no answer, though the connection was still open.
    static final class BrokenFraming extends IOException {
        private static final long serialVersionUID = 1;

        BrokenFraming() {
            super("The answer's body is not framed as its head says");
        }
    }

    @Override
    public Connection newConnection(EndPoint endPoint, Map<String, Object> context) {
        return new StrictConnection((StrictEndPoint) endPoint, maxHeadBytes, context);
    }

    /// Returns the socket of a connection; null when the request never had one.
    static @Nullable StrictEndPoint endPoint(org.eclipse.jetty.client.@Nullable Connection connection) {
        return connection instanceof StrictConnection strict ? strict.socket : null;
    }

    private static final class StrictConnector extends ClientConnector {
        @Override
        protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector,
                SelectionKey key) {
            return new StrictEndPoint((SocketChannel) channel, selector, key, getScheduler());
        }
    }

    private static final class StrictConnection extends HttpConnectionOverHTTP {
        private final StrictEndPoint socket;
        private final int maxHeadBytes;

        StrictConnection(StrictEndPoint socket, int maxHeadBytes, Map<String, Object> context) {
            super(socket, context);
            this.socket = socket;
            this.maxHeadBytes = maxHeadBytes;
        }

        @Override
        protected HttpChannelOverHTTP newHttpChannel() { // called by the superclass's constructor
            return new StrictChannel(this);
        }

        @Override
        public @Nullable SendFailure send(HttpExchange exchange) {
            if (socket.take(maxHeadBytes)) return super.send(exchange);
            close();
            return new SendFailure(new IOException("The connection was of no use any more"), true);
        }
    }

    private static final class StrictChannel extends HttpChannelOverHTTP {
        StrictChannel(StrictConnection connection) {
            super(connection);
        }

        @Override
        protected HttpReceiverOverHTTP newHttpReceiver() { // called by the superclass's constructor
            return new StrictReceiver(this, (StrictConnection) getHttpConnection());
        }
    }

    private static final class StrictReceiver extends HttpReceiverOverHTTP {
        private final StrictConnection connection;
        private boolean surplus;

        StrictReceiver(StrictChannel channel, StrictConnection connection) {
            super(channel);
            this.connection = connection;
        }

        private boolean isInterim() {
            HttpExchange exchange = getHttpExchange();
            return exchange != null && HttpStatus.isInterim(exchange.getResponse().getStatus());
        }

        @Override
        public boolean headerComplete() {
            if (!isInterim()) connection.socket.endHead();
            return super.headerComplete();
        }

        @Override
        public boolean messageComplete() {
            if (isInterim()) {
                connection.socket.beginHead(connection.maxHeadBytes);
            } else {
                ByteBuffer rest = getResponseBuffer();
                surplus |= rest != null && rest.hasRemaining();
                connection.socket.answered();
            }
            return super.messageComplete();
        }

        /* A channel closes its connection behind an answer when its receiver is shut down. */
        @Override
        protected boolean isShutdown() {
            return surplus || super.isShutdown();
        }

        /* The parser calls this for a bad chunk too. */
        @Override
        public void earlyEOF() {
            if (connection.socket.hasEnded() || getHttpExchange() == null) {
                super.earlyEOF();
            } else {
                failAndClose(new BrokenFraming());
            }
        }
    }
}
