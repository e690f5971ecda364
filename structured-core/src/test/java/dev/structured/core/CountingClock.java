package dev.structured.core;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A virtual clock that counts how often a cancellation is brought to a task.
final class CountingClock implements Platform {
    final VirtualClock clock = new VirtualClock();
    final AtomicLong deliveries = new AtomicLong();

    @Override
    public void racePoint(String where) {
        if (where.equals("cancellation is delivered")) deliveries.incrementAndGet();
    }

    @Override
    public void start(String name, Runnable body) {
        clock.start(name, body);
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public void adopt() {
        clock.adopt();
    }

    @Override
    public void release() {
        clock.release();
    }

    @Override
    public void park(Object blocker) {
        clock.park(blocker);
    }

    @Override
    public void unpark(Thread thread) {
        clock.unpark(thread);
    }

    @Override
    public void interrupt(Thread thread) {
        clock.interrupt(thread);
    }

    @Override
    public void yieldNow() {
        clock.yieldNow();
    }

    @Override
    public Alarm alarm(Runnable ring) {
        return clock.alarm(ring);
    }

    @Override
    public Alarm watch(Duration pause, Runnable look) {
        return clock.watch(pause, look);
    }
}
