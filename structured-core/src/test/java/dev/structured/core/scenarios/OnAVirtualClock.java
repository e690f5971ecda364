package dev.structured.core.scenarios;

import dev.structured.core.Platform;
import dev.structured.testing.VirtualClock;
import java.time.Duration;

/// A virtual clock for tests that make one thing of it different.
public class OnAVirtualClock implements Platform {
    public final VirtualClock clock;

    protected OnAVirtualClock(VirtualClock clock) {
        this.clock = clock;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public void start(String name, Runnable body) {
        clock.start(name, body);
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

    @Override
    public void startForeign(String name, Runnable body) {
        clock.startForeign(name, body);
    }
}
