package dev.structured.service.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/// Keeps the bytes of a connection that were read before Jetty asked for them. Jetty gets them with its next
/// reads.
///
/// The selector's thread reads what has arrived, see [ReadAheadEndPoint]. While a request runs, a
/// [ClientWatch] reads the bytes that the client sends early: it has to read on to see the end behind them.
/// The number of bytes is bounded for each connection, and for all connections together by a
/// [ReadAheadBudget]. The end point, with TLS or without, reads through this class. Thread-safe.
final class ReadAhead {
    /// The most bytes that are kept for one connection.
    static final int MOST_BYTES = 1024 * 1024;
    /// The most bytes that the selector's thread reads of requests that have not begun. Jetty has a buffer of
    /// this size, and takes them all at once.
    static final int MOST_HEAD_BYTES = 8 * 1024;
    /// The bytes that a connection may keep even if the others have used up the budget.
    static final int FIRST_BYTES = 1024;

    /// Reads of the connection itself.
    @FunctionalInterface
    interface Source {
        /// Appends the bytes that have arrived to `into`, in flush mode; returns -1 at the end.
        int fill(ByteBuffer into) throws IOException;
    }

    /// What the selector's thread has found.
    enum Arrived {
        /// Nothing: Jetty has read the bytes itself.
        NOTHING,
        /// Bytes. The selector goes on to look for more.
        BYTES,
        /// As many bytes as may be kept, or the end of the connection. The selector looks no more until it is
        /// asked again.
        LAST
    }

    private final AbstractEndPoint endPoint;
    private final Source source;
    private final ReadAheadBudget budget;
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();

    /// The bytes that were read ahead, in flush mode. Guarded by the lock.
    private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;
    /// True while the selector looks for bytes. Guarded by the lock.
    private boolean selected;
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
    /// @return false if another reader waits for that, which does not happen while a request is in flight
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
            while (makeSpace(MOST_BYTES)) {
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
            return !makeSpace(MOST_BYTES);
        } finally {
            lock.unlock();
        }
    }

    /// Notes that the selector is asked to look for bytes. Returns false if it does already.
    boolean select() {
        lock.lock();
        try {
            boolean before = selected;
            selected = true;
            return !before;
        } finally {
            lock.unlock();
        }
    }

    /// Reads for the selector, which has found bytes or the end. Does not block.
    ///
    /// @param most the most bytes that are kept if no watch reads
    /// @param arrived appends the bytes that have arrived to its argument, in flush mode; returns -1 if the
    /// [Source] has to be read, which reports the end
    Arrived readSelected(int most, ToIntFunction<ByteBuffer> arrived) {
        lock.lock();
        try {
            int before = ahead.remaining();
            while (makeSpace(watched ? MOST_BYTES : most)) {
                int space = BufferUtil.space(ahead);
                int read = arrived.applyAsInt(ahead);
                if (read < 0) break;
                if (read < space) return ahead.remaining() > before ? Arrived.BYTES : Arrived.NOTHING;
            }
            selected = false;
            return Arrived.LAST;
        } finally {
            lock.unlock();
        }
    }

    /// Makes room for more bytes; returns false if no more may be kept.
    private boolean makeSpace(int most) {
        if (BufferUtil.space(ahead) > 0) return true;
        int now = ahead.capacity();
        int larger = now == 0 ? FIRST_BYTES : Math.max(MOST_HEAD_BYTES, 2 * now);
        if (now > 0 && larger > most) return false;
        ByteBuffer grown = BufferUtil.allocate(larger); // first, since there may be no memory
        if (now > 0 && !budget.take(larger - now)) return false;
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
    /// is called back at once, since the selector may find nothing more.
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

    /// Returns the number of bytes that were read ahead.
    int kept() {
        lock.lock();
        try {
            return ahead.remaining();
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
