package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Counts the connections that are opened to one address, by reason, and limits their rate. Outlives
/// configurations.
///
/// Permits come at an even pace, and unused ones are kept for a second. This is the generic cell rate
/// algorithm, as in the library's `RateLimiter`; here a call also stops waiting if a connection is given
/// back. Thread-safe.
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

    private final LongSupplier nanoTime;
    /// No monitor: before JDK 25.0.4 a virtual thread that waits in one may stay blocked for ever
    /// (JDK-8373120).
    private final ReentrantLock lock = new ReentrantLock();
    /// The calls that wait, in their order. Only the first one waits for a permit, so a call that leaves has
    /// reserved none. All guarded by the lock, as what follows.
    private final Deque<Turn> waiting = new ArrayDeque<>();
    /// The time at which all permits of a second will be there again if none is taken before.
    private long fullAt;
    /// The connections that were opened, and those that were lost and not replaced yet.
    private final Map<Reason, Long> opened = new EnumMap<>(Reason.class);
    private final Map<Reason, Long> lost = new EnumMap<>(Reason.class);

    Openings() {
        this(System::nanoTime);
    }

    /// @param nanoTime the time by which permits come
    Openings(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        fullAt = nanoTime.getAsLong();
    }

    /// The wait of one call for its permit. It ends once: the permit comes, or [#end()] is called before.
    final class Turn {
        private final Condition woken = lock.newCondition();
        /// Whether a turn of the call was ended in vain: this one is before all others.
        final boolean again;
        /// Guarded by the lock.
        private boolean decided;

        private Turn(boolean again) {
            this.again = again;
        }

        /// Ends the wait, because the call needs no connection any more. **Thread-safe.**
        ///
        /// @return true if it waits no longer because of this; false if it has its permit, or was ended
        boolean end() {
            lock.lock();
            try {
                if (decided) return false;
                decided = true;
                woken.signal();
                return true;
            } finally {
                lock.unlock();
            }
        }
    }

    /// Returns the wait of a call, which begins with [#open(Turn, int, MultiplexedTransport.Opener)].
    ///
    /// @param again see [Turn#again]
    Turn turn(boolean again) {
        return new Turn(again);
    }

    /// Opens a connection, when it may be opened. Blocks; the wait is not part of the connect timeout.
    ///
    /// @param perSecond the most in a second; an attempt that opens no connection does not count
    /// @throws DownstreamException if it cannot be opened
    /// @throws InterruptedException if interrupted meanwhile
    Wire open(int perSecond, MultiplexedTransport.Opener opener)
            throws DownstreamException, InterruptedException {
        return Objects.requireNonNull(open(turn(false), perSecond, opener), "nobody ends this turn");
    }

    /// Opens a connection as [#open(int, MultiplexedTransport.Opener)] does, unless its turn is ended before.
    ///
    /// @return null if its turn was ended
    @Nullable
    Wire open(Turn turn, int perSecond, MultiplexedTransport.Opener opener)
            throws DownstreamException, InterruptedException {
        long interval = SECOND / perSecond;
        if (!take(turn, interval)) return null;
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

    /// Takes a permit; returns false if the turn was ended before.
    private boolean take(Turn turn, long interval) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (turn.again) waiting.addFirst(turn);
            else
                waiting.addLast(turn);
            try {
                return await(turn, interval);
            } finally {
                waiting.remove(turn);
                wakeFirst();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Turn turn, long interval) throws InterruptedException {
        long kept = SECOND - interval;
        while (!turn.decided) {
            if (waiting.getFirst() != turn) {
                turn.woken.await();
                continue;
            }
            long ahead = ahead();
            if (ahead <= kept) {
                turn.decided = true;
                fullAt = nanoTime.getAsLong() + ahead + interval;
                return true;
            }
            long _ = turn.woken.awaitNanos(ahead - kept);
        }
        return false;
    }

    private void wakeFirst() {
        Turn first = waiting.peekFirst();
        if (first != null) first.woken.signal();
    }

    private long ahead() {
        return Math.max(0, fullAt - nanoTime.getAsLong());
    }

    private void giveBack(long interval) {
        lock.lock();
        try {
            fullAt -= interval;
            wakeFirst();
        } finally {
            lock.unlock();
        }
    }

    /// Counts a connection. Its reason is that of a lost connection, if there is one, and otherwise that it
    /// is needed.
    private void count() {
        lock.lock();
        try {
            opened.merge(replaced(), 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    private Reason replaced() {
        for (Reason each : new Reason[]{Reason.CANCELLED, Reason.BROKEN}) {
            long left = lost.getOrDefault(each, 0L);
            if (left == 0) continue;
            lost.put(each, left - 1);
            return each;
        }
        return Reason.NEEDED;
    }

    /// Notes that a connection was lost, so that another one may have to be opened.
    void lose(Reason reason) {
        lock.lock();
        try {
            lost.merge(reason, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /// Returns the numbers of connections that were opened, by reason.
    Map<Reason, Long> opened() {
        lock.lock();
        try {
            return new EnumMap<>(opened);
        } finally {
            lock.unlock();
        }
    }
}
