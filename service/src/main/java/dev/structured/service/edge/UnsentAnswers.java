package dev.structured.service.edge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The memory for answers that are made or wait for their readers.
///
/// A page reserves its size when it is begun, as far as it can be known: the size of the largest recent page
/// of its route. What it really needs is known when it is made. Large pages leave an eighth of the memory to
/// small ones, so that those who read large pages slowly do not stop everybody. Thread-safe.
final class UnsentAnswers {
    /// What the first pages of a route reserve.
    private static final int UNKNOWN_BYTES = 64 * 1024;
    /// A route that has made large pages is expected to make such again; each smaller one takes 1/8 of the
    /// difference off.
    private static final int FORGOTTEN = 8;
    private static final int SHARE_OF_SMALL = 8;

    private final long most;
    private final AtomicLong reserved = new AtomicLong();
    private final Map<String, AtomicInteger> sizes = new ConcurrentHashMap<>();

    /// @param most in bytes
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

    /// Reserves memory for a page; returns null if there is not so much left.
    ///
    /// @param route the name of its route
    @Nullable
    Reservation begin(String route) {
        AtomicInteger usual = sizes.computeIfAbsent(route, _ -> new AtomicInteger(UNKNOWN_BYTES));
        int bytes = (int) Math.min(usual.get(), most - most / SHARE_OF_SMALL);
        return take(bytes) ? new Reservation(usual, bytes) : null;
    }

    private boolean take(int bytes) {
        long limit = bytes > UNKNOWN_BYTES ? most - most / SHARE_OF_SMALL : most;
        long now = reserved.get();
        while (now + bytes <= limit) {
            if (reserved.compareAndSet(now, now + bytes)) return true;
            now = reserved.get();
        }
        return false;
    }

    /// The memory of one page, until its last byte has been sent. Used by one thread at a time.
    final class Reservation {
        private final AtomicInteger usual;
        private int bytes;

        private Reservation(AtomicInteger usual, int bytes) {
            this.usual = usual;
            this.bytes = bytes;
        }

        /// Changes the reservation to the size of the page that was made; returns false if there is not so
        /// much memory left. It must be released in any case.
        boolean become(int size) {
            usual.updateAndGet(before -> size >= before ? size : before - (before - size) / FORGOTTEN);
            if (size > bytes && !take(size - bytes)) return false;
            if (size < bytes) reserved.addAndGet(size - bytes);
            bytes = size;
            return true;
        }

        /// Must be called once.
        void release() {
            reserved.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
