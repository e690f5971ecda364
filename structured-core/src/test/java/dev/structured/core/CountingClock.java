package dev.structured.core;

import dev.structured.core.scenarios.OnAVirtualClock;
import dev.structured.testing.VirtualClock;
import java.util.concurrent.atomic.AtomicLong;

/// A virtual clock that counts how often a cancellation is brought to a task.
final class CountingClock extends OnAVirtualClock {
    final AtomicLong deliveries = new AtomicLong();

    CountingClock() {
        super(new VirtualClock());
    }

    @Override
    public void racePoint(String where) {
        if (where.equals("cancellation is delivered")) deliveries.incrementAndGet();
    }
}
