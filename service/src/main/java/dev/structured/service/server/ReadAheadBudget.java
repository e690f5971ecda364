package dev.structured.service.server;

import java.util.concurrent.atomic.AtomicLong;

/// The memory that all connections of a listener together may use for bytes that were read ahead.
final class ReadAheadBudget {
    private final AtomicLong left;

    ReadAheadBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /// Takes bytes; returns false if too few are left.
    boolean take(int bytes) {
        long now = left.get();
        while (now >= bytes) {
            if (left.compareAndSet(now, now - bytes)) return true;
            now = left.get();
        }
        return false;
    }

    /// Gives back bytes that were taken.
    void giveBack(int bytes) {
        left.addAndGet(bytes);
    }

    /// Returns the bytes that are left.
    long left() {
        return left.get();
    }
}
