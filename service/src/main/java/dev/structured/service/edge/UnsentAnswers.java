package dev.structured.service.edge;

import dev.structured.service.aggregate.AnswerMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The memory for answers that are made or wait for their readers.
///
/// A page reserves its expected size when it is begun: the size of the largest recent page of its route. Its
/// real size is known when the answers to its calls arrive, and when it is made. Large pages leave an eighth
/// of the memory to small ones, so that slow readers of large pages do not stop all other clients.
/// Thread-safe.
final class UnsentAnswers {
    /// The bytes that the first pages of a route reserve.
    private static final int UNKNOWN_BYTES = 64 * 1024;
    /// A route that has made large pages is expected to make more of them; each smaller page takes 1/8 of the
    /// difference off.
    private static final int FORGOTTEN = 8;
    private static final int SHARE_OF_SMALL = 8;

    private final long most;
    private final AtomicLong reserved = new AtomicLong();
    private final Map<String, AtomicInteger> sizes = new ConcurrentHashMap<>();

    /// @param most the limit in bytes
    UnsentAnswers(long most) {
        this.most = most;
    }

    /// Returns true if there may soon be no memory for a large page.
    boolean isShort() {
        return reserved.get() > most / 4 * 3;
    }

    /// Returns the bytes that are reserved.
    long bytes() {
        return reserved.get();
    }

    /// Reserves memory for a page; returns null if too little is left.
    ///
    /// @param route the name of its route
    @Nullable
    Reservation begin(String route) {
        AtomicInteger usual = sizes.computeIfAbsent(route, _ -> new AtomicInteger(UNKNOWN_BYTES));
        int bytes = (int) Math.min(usual.get(), most - most / SHARE_OF_SMALL);
        return take(bytes) ? new Reservation(usual, bytes) : null;
    }

    private boolean take(long bytes) {
        long limit = bytes > UNKNOWN_BYTES ? most - most / SHARE_OF_SMALL : most;
        long now = reserved.get();
        while (now + bytes <= limit) {
            if (reserved.compareAndSet(now, now + bytes)) return true;
            now = reserved.get();
        }
        return false;
    }

    /// The memory of one page, until its last byte has been sent: the bytes that were reserved at its
    /// beginning, or those of the answers to its calls if they are more. Thread-safe.
    final class Reservation implements AnswerMemory {
        private final AtomicInteger usual;
        private final int least;
        private long bytes;
        /// The part of `bytes` that the answers to the calls use.
        private long used;
        private boolean released;

        private Reservation(AtomicInteger usual, int bytes) {
            this.usual = usual;
            this.least = bytes;
            this.bytes = bytes;
        }

        @Override
        public synchronized boolean take(long more) {
            if (released) return true; // the call is shared with other requests, and is about to end
            if (used + more > bytes) {
                if (!UnsentAnswers.this.take(used + more - bytes)) return false;
                bytes = used + more;
            }
            used += more;
            return true;
        }

        @Override
        public synchronized void giveBack(long less) {
            if (released) return;
            used -= less;
            long surplus = Math.min(less, bytes - Math.max(used, least));
            if (surplus <= 0) return;
            reserved.addAndGet(-surplus);
            bytes -= surplus;
        }

        /// Changes the reservation to the size of the page that was made; returns false if there is not so
        /// much memory left. It must be released in any case.
        synchronized boolean become(int size) {
            usual.updateAndGet(before -> size >= before ? size : before - (before - size) / FORGOTTEN);
            if (size > bytes && !UnsentAnswers.this.take(size - bytes)) return false;
            if (size < bytes) reserved.addAndGet(size - bytes);
            bytes = size;
            used = 0;
            return true;
        }

        /// Must be called once.
        synchronized void release() {
            reserved.addAndGet(-bytes);
            bytes = 0;
            released = true;
        }
    }
}
