package dev.structured.service.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The socket of one connection: reads an answer only after a request was written, and knows how reading
/// ended.
///
/// ```
///           take()            the first write
///   IDLE ───────────▶ TAKEN ──────────────────▶ ASKED
///     ▲                          answered()       │
///     └───────────────────────────────────────────┘
/// ```
///
/// What is read in `IDLE` and `TAKEN` nobody asked for: bytes and a close alike end the connection. Reading
/// and the steps exclude each other, and `take` and the first write look for bytes that have come. So no byte
/// that arrived before a request went out is taken for its answer. What comes later cannot be told from it.
final class StrictEndPoint extends SocketChannelEndPoint {
    /*
     * Why not leave it to Jetty: one thread reads a connection behind an answer while another may take it
     * from the pool and send the next request. A stray answer that the first thread has read then answers
     * that request, or, where it was parsed a little earlier, leaves it waiting for ever. Further, Jetty
     * turns a failed read into an end of stream, so that a reset looks like a close. And its parser reports a
     * head that is too large with the answer's own status, on which an assertion of its own fails.
     */
    private enum State {
        IDLE, TAKEN, ASKED
    }

    private static final int NO_LIMIT = Integer.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();

    /// All guarded by the lock.
    private State state = State.IDLE;
    private boolean ended;
    private int limit = NO_LIMIT;
    private @Nullable IOException readFailure;

    /// An answer's head did not end within its limit.
    static final class HeadTooLarge extends IOException {
        private static final long serialVersionUID = 1;

        HeadTooLarge() {
            super("The answer's head is too large");
        }
    }

    StrictEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
        super(channel, selector, key, scheduler);
    }

    /// Takes the connection for one request, whose answer's head may have `maxHeadBytes`.
    ///
    /// @return false if the connection is of no use, because it has ended or bytes have come that nobody
    ///     asked for
    boolean take(int maxHeadBytes) {
        lock.lock();
        try {
            state = State.TAKEN;
            limit = maxHeadBytes;
            return isSilent();
        } finally {
            lock.unlock();
        }
    }

    private boolean isSilent() {
        if (!ended && read(ByteBuffer.allocate(1)) != 0) ended = true;
        return !ended;
    }

    /// The answer is complete; whatever comes from here on was not asked for.
    void answered() {
        lock.lock();
        try {
            state = State.IDLE;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        lock.lock();
        try {
            if (state == State.TAKEN) {
                if (!isSilent()) throw new EofException("The connection ended before the request");
                state = State.ASKED;
            }
        } finally {
            lock.unlock();
        }
        return super.flush(buffers);
    }

    /// Another head follows, of at most `maxBytes`.
    void beginHead(int maxBytes) {
        limitTo(maxBytes);
    }

    /// The head is complete; what follows is limited by those who read it.
    void endHead() {
        limitTo(NO_LIMIT);
    }

    private void limitTo(int bytes) {
        lock.lock();
        try {
            limit = bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Returns true when the other side has closed, or reading has failed.
    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /// Returns why reading failed; null when it did not.
    @Nullable
    IOException readFailure() {
        lock.lock();
        try {
            return readFailure;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (isInputShutdown()) return -1;
        int position = BufferUtil.flipToFill(buffer);
        int bytes;
        lock.lock();
        try {
            bytes = state == State.ASKED ? readAnswer(buffer) : readUnasked(buffer);
        } finally {
            lock.unlock();
            BufferUtil.flipToFlush(buffer, position);
        }
        if (bytes > 0) notIdle();
        if (bytes < 0) shutdownInput();
        return bytes;
    }

    private int readAnswer(ByteBuffer buffer) throws HeadTooLarge {
        if (limit == 0) throw new HeadTooLarge();
        if (buffer.remaining() > limit) buffer.limit(buffer.position() + limit);
        int bytes = read(buffer);
        if (bytes > 0 && limit != NO_LIMIT) limit -= bytes;
        return bytes;
    }

    private int readUnasked(ByteBuffer buffer) {
        int position = buffer.position();
        if (read(buffer) == 0) return 0;
        buffer.position(position);
        ended = true;
        return -1;
    }

    private int read(ByteBuffer buffer) {
        int bytes;
        try {
            bytes = getChannel().read(buffer);
        } catch (IOException e) {
            readFailure = e;
            bytes = -1;
        }
        if (bytes < 0) ended = true;
        return bytes;
    }
}
