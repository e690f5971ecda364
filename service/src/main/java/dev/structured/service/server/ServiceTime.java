package dev.structured.service.server;

import java.util.function.LongSupplier;

/// The time by which clients are judged to be slow: it passes only while the service runs.
///
/// A process that was stopped (by `SIGSTOP`, a collection, a machine that sleeps) has read nothing meanwhile,
/// which is no client's fault. So of the time between two ticks only a limited step counts. Thread-safe.
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

    /// Must be called regularly, by one thread; how often decides how much of a pause counts.
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
