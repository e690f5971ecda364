package dev.structured.service.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The waits for the pieces of a body that is read as it comes. Only the time that is spent waiting counts
/// against the client: while nobody reads, it can send no more. The total time is bounded elsewhere, by the
/// deadline of the request.
final class AwaitedBody implements Transfer {
    private static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);
    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final SlowClients slow;
    private final Pace pace;
    private final Semaphore arrived = new Semaphore(0);
    /// The time of all waits that have ended. Used by the waiting thread.
    private long waited;
    /// The time at which the present wait began, less that of the waits before it.
    private volatile long waitsSince = NOT_WAITING;
    /// Written by the waiting thread only.
    private volatile long received;
    private volatile boolean tooSlow;

    AwaitedBody(SlowClients slow) {
        this.slow = slow;
        this.pace = new Pace(NO_LIMIT, slow.limits(), 0);
    }

    /// Called when a piece has arrived that was waited for.
    void arrived() {
        arrived.release();
    }

    /// Adds bytes that were received.
    void received(int bytes) {
        long all = received + bytes;
        received = all;
    }

    /// Returns the number of bytes that were received.
    long received() {
        return received;
    }

    /// Waits until a piece has arrived.
    ///
    /// @param nanos the longest time that the client may be silent
    /// @return false if the client is silent for longer, or too slow
    boolean await(long nanos) throws InterruptedException {
        waitsSince = slow.time().now() - waited;
        try {
            return arrived.tryAcquire(nanos, TimeUnit.NANOSECONDS) && !tooSlow;
        } finally {
            waited = slow.time().now() - waitsSince;
            waitsSince = NOT_WAITING;
        }
    }

    @Override
    public boolean isTooSlow(long now) {
        long since = waitsSince;
        return since != NOT_WAITING && pace.isTooSlow(now - since, received);
    }

    @Override
    public void drop() {
        tooSlow = true;
        slow.dropped(ConnectionObserver.Drop.SLOW_BODY);
        arrived.release();
    }
}
