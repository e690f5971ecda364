package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/// The end of a connection, which a [ClientWatch] can read while a request runs: what the client sends
/// early is kept here, and Jetty gets it with its next reads.
///
/// Only by reading on can the watch see the end that lies behind such bytes. How many are kept is bounded for
/// each connection, and for all connections together by a [ReadAheadBudget].
final class ReadAheadEndPoint extends SocketChannelEndPoint {
    /// The most bytes that are kept for one connection.
    static final int MOST_BYTES = 1024 * 1024;
    private static final int FIRST_BYTES = 4 * 1024;

    private final ReadAheadBudget budget;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();

    /// The bytes that were read ahead, in flush mode. Guarded by the lock.
    private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;
    /// Whether a watch reads, and not Jetty. Guarded by the lock.
    private boolean watched;

    /// @param executor runs Jetty's callbacks, which may block
    ReadAheadEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler,
            ReadAheadBudget budget, Executor executor) {
        super(channel, selector, key, scheduler);
        this.budget = budget;
        this.executor = executor;
    }

    /// Calls `watch` back once, when there is something to read, or the end of the connection.
    ///
    /// @return false if something else waits for that, which nothing does while a request runs
    boolean watch(Callback watch) {
        lock.lock();
        try {
            watched = true;
        } finally {
            lock.unlock();
        }
        return getFillInterest().tryRegister(watch);
    }

    /// Lets Jetty read again.
    void unwatch() {
        lock.lock();
        try {
            watched = false;
        } finally {
            lock.unlock();
        }
    }

    /// Reads what has arrived. Does not block.
    ///
    /// @return false at the end of the connection
    boolean readAhead() {
        lock.lock();
        try {
            while (makeSpace()) {
                int read = super.fill(ahead);
                if (read <= 0) return read == 0;
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Returns true if no more can be read ahead.
    boolean isFull() {
        lock.lock();
        try {
            return !makeSpace();
        } finally {
            lock.unlock();
        }
    }

    /// Makes room for more bytes; returns false if there may be none.
    private boolean makeSpace() {
        if (BufferUtil.space(ahead) > 0) return true;
        int larger = ahead.capacity() == 0 ? FIRST_BYTES : 2 * ahead.capacity();
        if (larger > MOST_BYTES || !budget.take(larger - ahead.capacity())) return false;
        ByteBuffer grown = BufferUtil.allocate(larger);
        BufferUtil.append(grown, ahead);
        ahead = grown;
        return true;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        lock.lock();
        try {
            if (!ahead.hasRemaining()) return super.fill(buffer);
            int filled = BufferUtil.append(buffer, ahead);
            if (!ahead.hasRemaining()) drop();
            return filled;
        } finally {
            lock.unlock();
        }
    }

    /// Jetty waits for something to read. The selector knows nothing of what was read ahead.
    @Override
    protected void needsFillInterest() {
        if (isReadyForJetty()) {
            executor.execute(() -> getFillInterest().fillable());
        } else {
            super.needsFillInterest();
        }
    }

    private boolean isReadyForJetty() {
        lock.lock();
        try {
            return !watched && ahead.hasRemaining();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onClose(Throwable failure) {
        lock.lock();
        try {
            drop();
        } finally {
            lock.unlock();
        }
        super.onClose(failure);
    }

    private void drop() {
        budget.giveBack(ahead.capacity());
        ahead = BufferUtil.EMPTY_BUFFER;
    }
}
