package dev.structured.service.server;

import java.util.function.LongSupplier;

/// Real time with pauses that a test makes: time in which the process seems to have stood still, and time
/// that does not count.
final class TestClock implements LongSupplier {
    /// All guarded by this.
    private long ahead;
    private long standsAt;
    private boolean stands;

    @Override
    public synchronized long getAsLong() {
        return stands ? standsAt : System.nanoTime() + ahead;
    }

    /// Lets `nanos` pass at once, as they do in a process that was stopped.
    synchronized void pause(long nanos) {
        ahead += nanos;
    }

    /// Lets no time pass until [#go].
    synchronized void stand() {
        standsAt = getAsLong();
        stands = true;
    }

    /// Lets time pass again.
    synchronized void go() {
        ahead = standsAt - System.nanoTime();
        stands = false;
    }
}
