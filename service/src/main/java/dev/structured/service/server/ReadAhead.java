package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// Keeps the bytes that a [ClientWatch] has read from a connection while a request runs: bytes that the
/// client sends early. Jetty gets them with its next reads.
///
/// The watch has to read on to see the end behind such bytes. The number of bytes is bounded for each
/// connection, and for all connections together by a [ReadAheadBudget]. The end point, with TLS or without,
/// reads through this class. Thread-safe.
final class ReadAhead {
    /// The most bytes that are kept for one connection.
    static final int MOST_BYTES = 1024 * 1024;
    /// The bytes that a connection may keep even if the others have used up the budget.
    private static final int FIRST_BYTES = 1024;

    /// Reads of the connection itself.
    @FunctionalInterface
    interface Source {
        /// Appends the bytes that have arrived to `into`, in flush mode; returns -1 at the end.
        int fill(ByteBuffer into) throws IOException;
    }

    private final AbstractEndPoint endPoint;
    private final Source source;
    private final ReadAheadBudget budget;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();

    /// The bytes that were read ahead, in flush mode. Guarded by the lock.
    private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;
    /// True if a watch reads, and not Jetty. Guarded by the lock.
    private boolean watched;
    /// The callbacks that run when Jetty reads the end. Guarded by the lock.
    private final Set<Runnable> waitForEnd = new HashSet<>();
    /// True once Jetty has read the end. Guarded by the lock.
    private boolean ended;

    /// @param executor runs Jetty's callbacks, which may block
    ReadAhead(AbstractEndPoint endPoint, Source source, ReadAheadBudget budget, Executor executor) {
        this.endPoint = endPoint;
        this.source = source;
        this.budget = budget;
        this.executor = executor;
    }

    /// Calls `watch` back once, when there are bytes to read, or the connection has ended.
    ///
    /// @return false if another reader waits for that, which does not happen while a request runs
    boolean watch(Callback watch) {
        lock.lock();
        try {
            watched = true;
        } finally {
            lock.unlock();
        }
        return endPoint.getFillInterest().tryRegister(watch);
    }

    /// Fails the waiting watch.
    void failWatch(Throwable why) {
        endPoint.getFillInterest().onFail(why);
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

    /// Reads the bytes that have arrived. Does not block.
    ///
    /// @return false at the end of the connection
    /// @throws IOException if the client has reset it
    boolean read() throws IOException {
        lock.lock();
        try {
            while (makeSpace()) {
                int read = source.fill(ahead);
                if (read < 0 && isReset()) throw new IOException("The client has reset the connection");
                if (read <= 0) return read == 0;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isReset() {
        ClientEndPoint client = ClientEndPoint.beneath(endPoint);
        return client != null && client.isReset();
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

    /// Makes room for more bytes; returns false if no more may be kept.
    private boolean makeSpace() {
        if (BufferUtil.space(ahead) > 0) return true;
        boolean first = ahead.capacity() == 0;
        int larger = first ? FIRST_BYTES : 2 * ahead.capacity();
        if (!first && (larger > MOST_BYTES || !budget.take(larger - ahead.capacity()))) return false;
        ByteBuffer grown = BufferUtil.allocate(larger);
        BufferUtil.append(grown, ahead);
        ahead = grown;
        return true;
    }

    /// Reads for Jetty: first the bytes that were read ahead, then from the connection.
    int fill(ByteBuffer buffer) throws IOException {
        boolean end = true;
        try {
            int filled = fillLocked(buffer);
            end = filled < 0;
            return filled;
        } finally {
            if (end) tellEnd();
        }
    }

    private int fillLocked(ByteBuffer buffer) throws IOException {
        lock.lock();
        try {
            if (!ahead.hasRemaining()) return source.fill(buffer);
            int filled = BufferUtil.append(buffer, ahead);
            if (!ahead.hasRemaining()) discard();
            return filled;
        } finally {
            lock.unlock();
        }
    }

    /// Has `told` run once when Jetty reads the end of the connection; at once if it has.
    ///
    /// @param told must not block
    void awaitEnd(Runnable told) {
        lock.lock();
        try {
            if (!ended) {
                waitForEnd.add(told);
                return;
            }
        } finally {
            lock.unlock();
        }
        told.run();
    }

    /// Undoes [#awaitEnd].
    void forget(Runnable told) {
        lock.lock();
        try {
            waitForEnd.remove(told);
        } finally {
            lock.unlock();
        }
    }

    private void tellEnd() {
        List<Runnable> all;
        lock.lock();
        try {
            ended = true;
            all = List.copyOf(waitForEnd);
            waitForEnd.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(Runnable::run);
    }

    /// Called when Jetty or a watch begins to wait for bytes. If Jetty waits and bytes were read ahead, Jetty
    /// is called back at once, since the selector knows nothing of them.
    ///
    /// @return false if the selector has to be asked
    boolean offer() {
        if (!isReadyForJetty()) return false;
        executor.execute(() -> endPoint.getFillInterest().fillable());
        return true;
    }

    private boolean isReadyForJetty() {
        lock.lock();
        try {
            return !watched && ahead.hasRemaining();
        } finally {
            lock.unlock();
        }
    }

    /// Forgets the bytes, at the end of the connection.
    void drop() {
        lock.lock();
        try {
            discard();
        } finally {
            lock.unlock();
        }
    }

    private void discard() {
        budget.giveBack(Math.max(0, ahead.capacity() - FIRST_BYTES));
        ahead = BufferUtil.EMPTY_BUFFER;
    }
}
