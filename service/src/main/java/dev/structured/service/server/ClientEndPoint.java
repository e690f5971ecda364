package dev.structured.service.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The end of a client's connection, which knows the time since which the head of a request is due.
///
/// The first head is due from the accept on, a later one from its first byte on. A byte between requests,
/// such as an empty line, counts as the first byte. Over HTTP/2 each frame is due from its first byte on, and
/// so is the whole of a head in several frames. [ServiceTime] measures Jetty's idle time too.
class ClientEndPoint extends SocketChannelEndPoint {
    /// The JDK copies heap buffers as a whole before it writes them, and keeps the copy for the thread.
    private static final int MOST_BYTES_AT_ONCE = 128 * 1024;
    private static final long UNREAD_MILLIS = 20;
    private static final long IN_FLIGHT = 0;
    private static final long BETWEEN = -1;
    private static final long SHARED = -2;

    private final ServiceTime time;
    private final UnfinishedFrame frame;
    /// The time since which a head is due; [#IN_FLIGHT] while a request is in flight, [#BETWEEN] until the
    /// first byte of the next one, [#SHARED] once the connection carries many requests at a time.
    private final AtomicLong headSince;
    private volatile long activeAt;
    /// The number of requests in flight on a connection that carries many at a time.
    private final AtomicInteger besideOthers = new AtomicInteger();
    /// Null once it is complete, and for connections that begin without one. Used by the reading thread.
    private @Nullable ProxyHeader header;
    private BiPredicate<SocketChannel, InetAddress> identified = (_, _) -> true;
    private Runnable withoutHeader = () -> {};
    private volatile @Nullable InetAddress client;
    /// Used only by the thread that judges clients.
    private boolean headDropped;

    ClientEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler,
            ServiceTime time) {
        super(channel, selector, key, scheduler);
        this.time = time;
        this.frame = new UnfinishedFrame(time);
        this.headSince = new AtomicLong(time.now());
        this.activeAt = headSince.get();
    }

    /// Returns the client's end point beneath an end point, which may be the inner end of TLS; null if there
    /// is none.
    static @Nullable ClientEndPoint beneath(EndPoint endPoint) {
        EndPoint outer = endPoint instanceof SslConnection.SslEndPoint inner
                ? inner.getSslConnection().getEndPoint()
                : endPoint;
        return outer instanceof ClientEndPoint client ? client : null;
    }

    /// Called when a head is complete and its request is in flight.
    ///
    /// @param alone false if other requests may run on the connection beside it
    void requestBegan(boolean alone) {
        if (!alone) besideOthers.incrementAndGet();
        headSince.set(alone ? IN_FLIGHT : SHARED);
    }

    /// Called once when a request was answered.
    ///
    /// @param alone as when it began
    void requestEnded(boolean alone) {
        if (alone) headSince.set(BETWEEN);
        else
            besideOthers.decrementAndGet();
    }

    /// Returns true while a request is in flight on the connection, which carries no other one beside it.
    boolean isRequestInFlight() {
        return headSince.get() == IN_FLIGHT;
    }

    /// Returns true if a head has been due for longer than `limit`.
    boolean isHeadLate(long now, Duration limit) {
        long since = headSince.get();
        return since > 0 ? now - since >= limit.toNanos() : isFrameLate(now, limit);
    }

    private boolean isFrameLate(long now, Duration limit) {
        return headSince.get() == SHARED && frame.isLate(now, limit.toNanos());
    }

    /// Called when Jetty gets bytes of a request, which are decrypted.
    ///
    /// @param filled as `fill` returns it, with the bytes at the end of `buffer`
    void filled(ByteBuffer buffer, int filled) {
        if (filled > 0) frame.read(buffer, filled);
    }

    /// Returns the time for which the connection has waited for the first byte of a later request; 0 if it
    /// does not wait. Over HTTP/2, frames that belong to no request count as such a byte.
    long idleNanos(long now) {
        long since = headSince.get();
        boolean waits = since == BETWEEN || (since == SHARED && besideOthers.get() == 0);
        return waits ? now - activeAt : 0;
    }

    /// Ends the wait for a head: Jetty closes the sending side and logs the request, if it has begun. If the
    /// client goes on sending for as long again, its connection is closed. A connection that carries many
    /// requests is closed at once: nothing behind the head can be read, and Jetty does not count it as idle.
    ///
    /// @return false if Jetty does not wait for bytes at this moment, or if this was done before
    boolean dropSlowHead(long now) {
        TimeoutException late = new TimeoutException("The request's head did not arrive in time");
        if (headDropped) {
            close(late);
            return false;
        }
        if (headSince.get() == SHARED) {
            headDropped = true;
            close(late);
            return true;
        }
        headDropped = getFillInterest().onFail(late);
        if (headDropped) headSince.set(now);
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

    /// Expects a header of the PROXY protocol at the beginning of the connection. Called before any byte is
    /// read.
    ///
    /// @param known called with the address of the client; returns false if the connection must be closed
    /// @param missing called if there is no such header
    void expectHeader(BiPredicate<SocketChannel, InetAddress> known, Runnable missing) {
        header = new ProxyHeader();
        identified = known;
        withoutHeader = missing;
    }

    /// Returns the address of the client of a request: the one that a proxy named at the beginning of the
    /// connection, or else that of the other end. Jetty asks for the latter before any byte is read, and
    /// keeps it.
    static String address(Request request) {
        ClientEndPoint own = beneath(request.getConnectionMetaData().getConnection().getEndPoint());
        InetAddress told = own == null ? null : own.client;
        return told == null ? Request.getRemoteAddr(request) : told.getHostAddress();
    }

    /// Reads the header as far as it has arrived.
    ///
    /// @return 1 once it is complete, 0 while it is not, -1 if the connection has ended or was closed
    private int readHeader(ProxyHeader expected) throws IOException {
        try {
            int missing = expected.missing();
            while (missing > 0) {
                ByteBuffer piece = BufferUtil.allocate(missing);
                int filled = super.fill(piece);
                if (filled <= 0) return filled;
                expected.add(piece);
                missing = expected.missing();
            }
        } catch (ProtocolException e) {
            withoutHeader.run();
            return refused();
        }
        header = null;
        InetAddress told = expected.client();
        if (told == null) return 1;
        client = told;
        return identified.test(getChannel(), told) ? 1 : refused();
    }

    private int refused() {
        closeAtOnce();
        return -1;
    }

    /// Closes the connection with a reset instead of an ordinary end.
    void closeAtOnce() {
        try {
            getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close();
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        ProxyHeader expected = header;
        if (expected != null) {
            int end = readHeader(expected);
            if (end <= 0) return end;
        }
        int filled = super.fill(buffer);
        if (filled > 0) received();
        return filled;
    }

    /// Reads the bytes that have arrived. Leaves the end of the connection, and a reset, to [#fill]: the
    /// channel reports them again. Reads nothing while a header of the PROXY protocol is expected.
    ///
    /// @param buffer in flush mode
    /// @return the number of bytes; -1 if [#fill] has to be called
    int readArrived(ByteBuffer buffer) {
        if (header != null) return -1;
        int position = BufferUtil.flipToFill(buffer);
        int read;
        try {
            read = getChannel().read(buffer);
        } catch (IOException e) {
            return -1;
        } finally {
            BufferUtil.flipToFlush(buffer, position);
        }
        if (read > 0) {
            notIdle();
            received();
        }
        return read;
    }

    /// Called when bytes have come, or when Jetty gets bytes that had come while a request ran.
    void received() {
        long since = headSince.get();
        // The next head may already lie in Jetty's own buffer, and its request begin at this moment.
        if (since == BETWEEN) headSince.compareAndSet(BETWEEN, time.now());
        else if (since == SHARED && besideOthers.get() == 0) frame.received();
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

    /// Returns true if bytes, or the end, have arrived and Jetty has yet to read them.
    boolean hasUnread() {
        if (!getFillInterest().isInterested()) return false;
        try (Selector look = Selector.open()) {
            getChannel().register(look, SelectionKey.OP_READ);
            return look.selectNow() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /// Returns the time until the connection is idle for too long. It is not idle while its request is in
    /// flight, which has a deadline, nor while a request has arrived that a busy machine has yet to read: its
    /// client would see the connection end without an answer.
    @Override
    protected long checkIdleTimeout() {
        if (isOpen() && headSince.get() == IN_FLIGHT) return getIdleTimeout();
        long idle = TimeUnit.NANOSECONDS.toMillis(time.now() - activeAt);
        long left = getIdleTimeout() - idle;
        if (isOpen() && left <= 0 && hasUnread()) return UNREAD_MILLIS;
        return isOpen() && left > 0 ? left : super.checkIdleTimeout();
    }
}
