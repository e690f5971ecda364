package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Counts the connections that are opened to one address, by reason, and limits their rate. Outlives
/// configurations.
///
/// Permits come at an even pace, and unused ones are kept for a second. This is the generic cell rate
/// algorithm, as in the library's `RateLimiter`; that class needs all tasks to belong to one scheduler, which
/// requests and shared calls do not. Thread-safe.
final class Openings {
    /// The reasons why a connection is opened.
    enum Reason {
        /// More calls at once than connections.
        NEEDED,
        /// A call that was cancelled has closed one.
        CANCELLED,
        /// The downstream has closed one, or an exchange has broken it.
        BROKEN
    }

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /// Its holder sleeps, and the others wait in their order, so a call that leaves has reserved no permit.
    private final Semaphore turn = new Semaphore(1, true);
    /// The time at which all permits of a second will be there again if none is taken before. All guarded by
    /// this.
    private long fullAt = System.nanoTime();
    /// The connections that were opened, and those that were lost and not replaced yet.
    private final Map<Reason, Long> opened = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> lost = new EnumMap<>(Reason.class);

    /// Opens a connection, when it may be opened. Blocks; the wait is not part of the connect timeout.
    ///
    /// @param perSecond the most in a second; an attempt that opens no connection does not count
    /// @throws DownstreamException if it cannot be opened
    /// @throws InterruptedException if interrupted meanwhile
    Wire open(int perSecond, MultiplexedTransport.Opener opener)
            throws DownstreamException, InterruptedException {
        long interval = SECOND / perSecond;
        take(interval);
        boolean reached = true;
        try {
            Wire wire = opener.open();
            count();
            return wire;
        } catch (DownstreamException e) {
            reached = e.type() == ErrorType.TLS;
            throw e;
        } finally {
            if (!reached) giveBack(interval);
        }
    }

    private void take(long interval) throws InterruptedException {
        turn.acquire();
        try {
            awaitPermit(interval);
        } finally {
            turn.release();
        }
    }

    private synchronized void awaitPermit(long interval) throws InterruptedException {
        long kept = SECOND - interval;
        long ahead = Math.max(0, fullAt - System.nanoTime());
        while (ahead > kept) {
            TimeUnit.NANOSECONDS.timedWait(this, ahead - kept);
            ahead = Math.max(0, fullAt - System.nanoTime());
        }
        fullAt = System.nanoTime() + ahead + interval;
    }

    private synchronized void giveBack(long interval) {
        fullAt -= interval;
        notifyAll();
    }

    /// Counts a connection. Its reason is that of a lost connection, if there is one, and otherwise that it
    /// is needed.
    private synchronized void count() {
        for (Reason each : new Reason[]{Reason.CANCELLED, Reason.BROKEN}) {
            long left = lost.getOrDefault(each, 0L);
            if (left == 0) continue;
            lost.put(each, left - 1);
            opened.merge(each, 1L, Long::sum);
            return;
        }
        opened.merge(Reason.NEEDED, 1L, Long::sum);
    }

    /// Notes that a connection was lost, so that another one may have to be opened.
    synchronized void lose(Reason reason) {
        lost.merge(reason, 1L, Long::sum);
    }

    /// Returns the numbers of connections that were opened, by reason.
    synchronized Map<Reason, Long> opened() {
        return new EnumMap<>(opened);
    }
}
