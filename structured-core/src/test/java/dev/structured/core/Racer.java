package dev.structured.core;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A platform thread that does one thing a round, at about the time at which it is told. It looks for its
/// next one for a while before it parks: to wake it then would take longer than the race.
final class Racer implements Runnable {
    private static final int LOOKS_BEFORE_PARKING = 1_000;

    private final AtomicReference<Runnable> next = new AtomicReference<>();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    Racer(String name) {
        thread = Thread.ofPlatform().daemon().name(name).start(this);
    }

    @Override
    public void run() {
        int looks = 0;
        while (!stopped) {
            Runnable mine = next.get();
            if (mine != null) {
                race(mine);
                looks = 0;
            } else if (looks++ < LOOKS_BEFORE_PARKING) {
                RealTest.giveWay();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void race(Runnable action) {
        try {
            linger(200);
            action.run();
        } catch (Throwable t) {
            thrown.compareAndSet(null, t);
        }
        next.set(null);
    }

    void go(Runnable action) {
        next.set(action);
        LockSupport.unpark(thread);
    }

    /// Waits until it has done what it was told.
    void await() {
        while (next.get() != null)
            RealTest.giveWay();
        if (thrown.get() != null) throw new AssertionError("racer: " + thrown.get(), thrown.get());
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    /// Wastes a random, small amount of time.
    static void linger(int most) {
        for (int i = ThreadLocalRandom.current().nextInt(most + 1); i > 0; i--) Thread.onSpinWait();
    }
}
