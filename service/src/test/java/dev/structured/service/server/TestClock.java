package dev.structured.service.server;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Real time with pauses that a test makes: time in which the process seems to have stood still.
final class TestClock implements LongSupplier {
    private final AtomicLong paused = new AtomicLong();

    @Override
    public long getAsLong() {
        return System.nanoTime() + paused.get();
    }

    /// Lets `nanos` pass at once, as they do in a process that was stopped.
    void pause(long nanos) {
        paused.addAndGet(nanos);
    }
}
