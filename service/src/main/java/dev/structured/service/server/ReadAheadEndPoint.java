package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The end of a connection without TLS, or beneath it, that can be read ahead.
///
/// Jetty's own end points tell the selector for each request to look for bytes again, which wakes its thread,
/// and let another thread read them. Here the selector's thread reads what has arrived. Unless that is more
/// than may be kept, nothing is left in the socket, and the selector can go on to look for bytes: a request
/// costs one wake-up of the selector and no change of its key. See decision 0132.
final class ReadAheadEndPoint extends ClientEndPoint implements WatchedEndPoint {
    private final ReadAhead ahead;
    /// Used by the selector's thread.
    private SelectionKey key;

    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key,
            PublicConnector connector, Executor executor) {
        this(channel, selector, key, connector.getScheduler(), connector.slowClients().time(),
                connector.budget(), executor);
    }

    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler,
            ServiceTime time, ReadAheadBudget budget, Executor executor) {
        super(channel, selector, key, scheduler, time);
        this.ahead = new ReadAhead(this, super::fill, budget, executor);
        this.key = key;
    }

    @Override
    public ReadAhead ahead() {
        return ahead;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = ahead.fill(buffer);
        if (filled > 0) received();
        if (!(getConnection() instanceof SslConnection)) filled(buffer, filled);
        return filled;
    }

    @Override
    protected void needsFillInterest() {
        if (!ahead.offer() && ahead.select()) super.needsFillInterest();
    }

    /// Reads what has arrived. Jetty has taken the key's interest in reading away, and puts the key's state
    /// in force after this: an interest that is given back here costs nothing.
    ///
    /// @return the task that calls the waiting reader or writer; null if none waits
    @Override
    public @Nullable Runnable onSelected() {
        int ready = key.readyOps();
        Runnable task = super.onSelected();
        if ((ready & SelectionKey.OP_READ) == 0) return task;
        int most = isRequestInFlight() ? ReadAhead.FIRST_BYTES : ReadAhead.MOST_HEAD_BYTES;
        ReadAhead.Arrived arrived = ahead.readSelected(most, this::readArrived);
        if (arrived != ReadAhead.Arrived.LAST) super.needsFillInterest();
        boolean awaited = arrived != ReadAhead.Arrived.NOTHING && getFillInterest().isInterested();
        return awaited || (ready & SelectionKey.OP_WRITE) != 0 ? task : null;
    }

    @Override
    public void replaceKey(SelectionKey newKey) {
        super.replaceKey(newKey);
        key = newKey;
    }

    @Override
    boolean hasUnread() {
        return (getFillInterest().isInterested() && ahead.kept() > 0) || super.hasUnread();
    }

    @Override
    public void onClose(Throwable failure) {
        ahead.drop();
        super.onClose(failure);
    }
}
