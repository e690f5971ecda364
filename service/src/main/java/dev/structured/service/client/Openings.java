package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The connections that are opened to one address: counts them by reason, and keeps them to so many a second.
/// Outlives configurations.
///
/// Permits come at an even pace, and those that nobody takes are kept for a second (the generic cell rate
/// algorithm, as in the library's `RateLimiter`, which wants all tasks to be of one scheduler: requests and
/// shared calls are not). Thread-safe.
final class Openings {
    /// Why a connection is opened.
    enum Reason {
        /// More calls at once than connections.
        NEEDED,
        /// A call that was cancelled has closed one.
        CANCELLED,
        /// The downstream has closed one, or an exchange has broken it.
        BROKEN
    }

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /// Whoever has it sleeps, and the others wait in their order: a call that leaves has nothing reserved.
    private final Semaphore turn = new Semaphore(1, true);
    /// All guarded by this. When all permits of a second will be there again if none is taken before.
    private long fullAt = System.nanoTime();
    /// What was opened, and what was lost and not opened again yet.
    private final Map<Reason, Long> opened = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> lost = new EnumMap<>(Reason.class);

    /// Opens a connection, when it may be opened. Blocks; the wait is not part of the connect timeout.
    ///
    /// @param perSecond the most in a second; where nobody takes the connection, it counts for nothing
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

    /// A connection is opened. The reason is what was lost, if anything was, and otherwise that it is needed.
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

    /// A connection was lost to a reason, so that another one may have to be opened.
    synchronized void lose(Reason reason) {
        lost.merge(reason, 1L, Long::sum);
    }

    /// Returns how many connections were opened, by reason.
    synchronized Map<Reason, Long> opened() {
        return new EnumMap<>(opened);
    }
}
