package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.ssl.SslConnection;

/// The end of a connection without TLS, or beneath it, that can be read ahead.
final class ReadAheadEndPoint extends ClientEndPoint implements WatchedEndPoint {
    private final ReadAhead ahead;

    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key,
            PublicConnector connector, Executor executor) {
        super(channel, selector, key, connector.getScheduler(), connector.slowClients().time());
        this.ahead = new ReadAhead(this, super::fill, connector.budget(), executor);
    }

    @Override
    public ReadAhead ahead() {
        return ahead;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = ahead.fill(buffer);
        if (!(getConnection() instanceof SslConnection)) filled(buffer, filled);
        return filled;
    }

    @Override
    protected void needsFillInterest() {
        if (!ahead.offer()) super.needsFillInterest();
    }

    @Override
    public void onClose(Throwable failure) {
        ahead.drop();
        super.onClose(failure);
    }
}
