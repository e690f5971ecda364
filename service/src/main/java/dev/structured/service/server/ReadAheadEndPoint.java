package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;

/// The end of a connection without TLS, or beneath it, that can be read ahead.
final class ReadAheadEndPoint extends ClientEndPoint implements WatchedEndPoint {
    private final ReadAhead ahead;

    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key,
            PublicConnector connector, Executor executor) {
        super(channel, selector, key, connector.getScheduler(), connector.slowClients().time());
        this.ahead = new ReadAhead(this, new OfSocket(), connector.budget(), executor);
    }

    @Override
    public ReadAhead ahead() {
        return ahead;
    }

    /// Returns true if the client has reset the connection. Called after its end was read: Jetty tells both
    /// apart by nothing, but the channel remembers.
    boolean isReset() {
        try {
            int _ = getChannel().read(ByteBuffer.allocate(1));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private final class OfSocket implements ReadAhead.Source {
        @Override
        public int fill(ByteBuffer into) throws IOException {
            return ReadAheadEndPoint.super.fill(into);
        }

        @Override
        public boolean isReset() {
            return ReadAheadEndPoint.this.isReset();
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        return ahead.fill(buffer);
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
