package dev.structured.core;

import java.util.concurrent.atomic.AtomicInteger;

/// A step that ends the waits of other tasks. If it fails it is done once more, and then all of them have
/// ended.
abstract class EndsWaits extends SpaceScene {
    private final int waiters;
    private final AtomicInteger ended = new AtomicInteger();

    /// @param waiters the number of tasks that wait
    EndsWaits(int waiters) {
        this.waiters = waiters;
    }

    /// Waits until the step ends the wait, in a task of its own.
    abstract void waits();

    /// Returns the number of tasks that wait now.
    abstract int waiting();

    @Override
    void before(Nursery nursery) {
        for (int i = 0; i < waiters; i++) {
            nursery.startSoon("waits " + i, () -> {
                waits();
                ended.incrementAndGet();
            });
        }
        awaitThat(() -> waiting() == waiters);
    }

    @Override
    void after(boolean done) {
        if (!done) step();
        awaitThat(() -> ended.get() == waiters);
    }
}
