package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The end of a client's connection, which knows since when the head of a request is due.
///
/// The first head is due from the accept on, a later one from its first byte on. What a client sends between
/// requests, such as empty lines, counts as the first byte. Jetty's idle time is kept by [ServiceTime] too.
class ClientEndPoint extends SocketChannelEndPoint {
    /// The JDK copies heap buffers as a whole before it writes them, and keeps the copy for the thread.
    private static final int MOST_BYTES_AT_ONCE = 128 * 1024;
    private static final long RUNNING = 0;
    private static final long BETWEEN = -1;
    private static final long SHARED = -2;

    private final ServiceTime time;
    /// Since when a head is due; [#RUNNING] while a request runs, [#BETWEEN] until the first byte of the next
    /// one, [#SHARED] once the connection carries many at a time.
    private volatile long headSince;
    private volatile long activeAt;
    /// Used by the thread that judges clients only.
    private boolean headDropped;

    ClientEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler,
            ServiceTime time) {
        super(channel, selector, key, scheduler);
        this.time = time;
        this.headSince = time.now();
        this.activeAt = headSince;
    }

    /// Returns the one beneath an end point, which may be the inner end of TLS; null if it is no client's.
    static @Nullable ClientEndPoint beneath(EndPoint endPoint) {
        EndPoint outer = endPoint instanceof SslConnection.SslEndPoint inner
                ? inner.getSslConnection().getEndPoint()
                : endPoint;
        return outer instanceof ClientEndPoint client ? client : null;
    }

    /// A head is complete, and its request runs.
    ///
    /// @param alone false if others may run on the connection beside it
    void requestBegan(boolean alone) {
        headSince = alone ? RUNNING : SHARED;
    }

    /// The request of the last head was answered.
    void requestEnded() {
        headSince = BETWEEN;
    }

    /// Returns true if a head is due for longer than `limit`.
    boolean isHeadLate(long now, Duration limit) {
        long since = headSince;
        return since > 0 && now - since >= limit.toNanos();
    }

    /// Returns for how long the connection has waited for the first byte of a later request; 0 if it does
    /// not.
    long idleNanos(long now) {
        return headSince == BETWEEN ? now - activeAt : 0;
    }

    /// Ends the wait for a head: Jetty closes the sending side and logs the request, if it has begun. A
    /// client that goes on sending for as long again loses the connection.
    ///
    /// @return false if Jetty does not wait for bytes just now, or if this was done before
    boolean dropSlowHead(long now) {
        TimeoutException late = new TimeoutException("The request's head did not arrive in time");
        if (headDropped) {
            close(late);
            return false;
        }
        headDropped = getFillInterest().onFail(late);
        if (headDropped) headSince = now;
        return headDropped;
    }

    /// Returns true if the client has reset the connection. Called after the end was read: Jetty reports a
    /// reset as an ordinary end, but the channel still fails.
    boolean isReset() {
        try {
            int _ = getChannel().read(ByteBuffer.allocate(1));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled = super.fill(buffer);
        if (filled > 0 && headSince == BETWEEN) headSince = time.now();
        return filled;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        if (isSmall(buffers)) return super.flush(buffers);
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                if (!flushPiece(buffer)) return false;
            }
        }
        return true;
    }

    private static boolean isSmall(ByteBuffer[] buffers) {
        long bytes = 0;
        for (ByteBuffer buffer : buffers) bytes += buffer.remaining();
        return bytes <= MOST_BYTES_AT_ONCE;
    }

    private boolean flushPiece(ByteBuffer buffer) throws IOException {
        int end = buffer.limit();
        buffer.limit(Math.min(end, buffer.position() + MOST_BYTES_AT_ONCE));
        try {
            return super.flush(buffer);
        } finally {
            buffer.limit(end);
        }
    }

    @Override
    public void notIdle() {
        super.notIdle();
        activeAt = time.now();
    }

    /// A connection is not idle while its request runs, whose deadline bounds it.
    @Override
    protected long checkIdleTimeout() {
        if (isOpen() && headSince == RUNNING) return getIdleTimeout();
        long idle = TimeUnit.NANOSECONDS.toMillis(time.now() - activeAt);
        long left = getIdleTimeout() - idle;
        return isOpen() && left > 0 ? left : super.checkIdleTimeout();
    }
}
