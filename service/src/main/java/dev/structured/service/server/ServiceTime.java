package dev.structured.service.server;

import java.util.function.LongSupplier;

/// The time by which clients are judged to be slow: it passes only while the service runs.
///
/// A process that was stopped (by `SIGSTOP`, a garbage collection, a machine that sleeps) has read no bytes
/// in the meantime, which is not the clients' fault. So only a limited part of the time between two ticks
/// counts. Thread-safe.
final class ServiceTime {
    private final LongSupplier nanoTime;
    private final long longestStep;
    private volatile Tick last;

    /// @param at the real time of the tick
    private record Tick(long nanos, long at) {}

    /// @param nanoTime the real time
    /// @param longestStep the longest time between two ticks that counts, in nanoseconds
    ServiceTime(LongSupplier nanoTime, long longestStep) {
        this.nanoTime = nanoTime;
        this.longestStep = longestStep;
        this.last = new Tick(1, nanoTime.getAsLong());
    }

    /// Must be called regularly, by one thread; the interval determines how much of a pause counts.
    void tick() {
        long at = nanoTime.getAsLong();
        last = new Tick(at(at), at);
    }

    /// Returns the time in nanoseconds. It is positive and never decreases.
    long now() {
        return at(nanoTime.getAsLong());
    }

    private long at(long real) {
        Tick tick = last;
        return tick.nanos + Math.clamp(real - tick.at, 0, longestStep);
    }
}
