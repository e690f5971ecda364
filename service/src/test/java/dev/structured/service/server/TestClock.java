package dev.structured.service.server;

import java.time.Duration;
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
        if (stands) standsAt += nanos;
        else
            ahead += nanos;
    }

    /// Lets time pass while the clock stands, in steps between which a server looks for slow clients. However
    /// slow the machine is, no more passes; what passes between two looks may count only in part.
    ///
    /// @param limit the shortest limit of the server's clients, of which a look takes an eighth at most
    void pass(Duration time, Duration limit) throws InterruptedException {
        int steps = Math.toIntExact(Math.max(1, 10 * time.toMillis() / limit.toMillis()));
        for (int i = 0; i < steps; i++) {
            pause(time.toNanos() / steps);
            Thread.sleep(limit.dividedBy(7));
        }
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
