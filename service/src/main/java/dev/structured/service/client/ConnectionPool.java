package dev.structured.service.client;

import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The connections to one downstream: those that carry a call, and those that are kept for a later one.
///
/// A call takes the connection that was used last, so that connections which are not needed grow old and are
/// closed. While all are taken, calls wait in the order in which they came. A call that waits its turn to
/// open one ([Openings]) takes one that is given back meanwhile. Thread-safe.
final class ConnectionPool implements AutoCloseable {
    /*
     * 1. A call that holds a permit has a connection or is opening one, so no more are taken than there are
     *    permits.
     * 2. A connection is opened only when none is idle. So all connections together are no more than the
     *    permits, and one more for each that was adopted.
     * 3. A connection is in `open` from its opening to its closing, and in `idle` while no call has it.
     * 4. While a call waits its turn, none is idle: it is in `wanting`, and the first of those gets the
     *    connection that is given back. Whether it gets that or its turn is decided once, by `Turn.end`.
     */

    /// Opens a new connection. Blocks.
    interface Opener {
        /// Returns a new connection; null if the turn was ended before it came.
        ///
        /// @throws DownstreamException if it cannot be opened
        /// @throws InterruptedException if interrupted meanwhile
        @Nullable
        HttpConnection open(Openings.Turn turn) throws DownstreamException, InterruptedException;
    }

    /// Shorter than the idle timeouts that servers use, so that a kept connection is rarely one they just
    /// closed.
    private static final long MOST_IDLE_NANOS = Duration.ofSeconds(4).toNanos();

    /// A call that waits its turn to open a connection.
    private static final class Wanting {
        final Openings.Turn turn;
        /// The connection that was handed over instead. Guarded by the lock.
        @Nullable
        HttpConnection given;

        Wanting(Openings.Turn turn) {
            this.turn = turn;
        }
    }

    private final Openings openings;
    private final Opener opener;
    private final int maxWaiting;
    private final long maxAgeNanos;
    private final Semaphore permits;

    private final Object lock = new Object();
    /// All guarded by the lock. The connection that was used last is the first one.
    private final Deque<HttpConnection> idle = new ArrayDeque<>();
    private final Deque<Wanting> wanting = new ArrayDeque<>();
    private final Set<HttpConnection> open = new HashSet<>();
    private boolean closed;

    /// @param most the most connections
    /// @param maxAge the longest time that a connection is used
    /// @param maxWaiting the most calls that may wait for one; it bounds the number of calls that a close has
    ///     to wake
    /// @param openings where calls wait their turn to open a connection
    ConnectionPool(int most, int maxWaiting, Duration maxAge, Openings openings, Opener opener) {
        this.openings = openings;
        this.maxAgeNanos = maxAge.toNanos();
        this.maxWaiting = maxWaiting;
        this.opener = opener;
        this.permits = new Semaphore(most, true);
    }

    /// Returns a silent connection for the caller alone, who must [give it back][#giveBack]. Blocks while all
    /// are taken, and while a new one is opened.
    ///
    /// @throws DownstreamException if none can be opened, or the pool is closed
    /// @throws InterruptedException if interrupted meanwhile
    HttpConnection take() throws DownstreamException, InterruptedException {
        permits.acquire();
        HttpConnection connection = null;
        try {
            connection = silentOrNew();
            return connection;
        } finally {
            if (connection == null) permits.release();
        }
    }

    private HttpConnection silentOrNew() throws DownstreamException, InterruptedException {
        boolean again = false;
        while (true) {
            HttpConnection kept = pollIdle(null);
            if (kept == null) {
                Wanting call = new Wanting(openings.turn(again));
                kept = pollIdle(call);
                if (kept == null) {
                    HttpConnection opened = open(call);
                    if (opened != null) return opened;
                    kept = given(call);
                    again = true;
                }
            }
            if (kept == null) continue; // the pool was closed, as the next look says
            if (!isYoung(kept, System.nanoTime())) discard(kept);
            else if (isSilent(kept)) return kept;
        }
    }

    /// Opens a connection when it is the turn of the call; returns null if its turn was ended.
    private @Nullable HttpConnection open(Wanting call) throws DownstreamException, InterruptedException {
        boolean ended = false;
        try {
            HttpConnection opened = opener.open(call.turn);
            ended = opened == null;
            return opened == null ? null : added(opened);
        } finally {
            if (!ended) leave(call);
        }
    }

    private HttpConnection added(HttpConnection opened) throws DownstreamException, InterruptedException {
        if (!add(opened)) {
            opened.close();
            throw closed();
        }
        if (isSilent(opened)) return opened;
        throw new DownstreamException(ErrorType.RESET, "The connection ended before the request", null);
    }

    /// Returns the connection that a call was handed; null if its turn was ended by [#close()].
    private @Nullable HttpConnection given(Wanting call) {
        synchronized (lock) {
            return call.given;
        }
    }

    /// Ends the wait of a call that has had its turn, or was interrupted: the connection that it may have
    /// been handed is for the next one.
    private void leave(Wanting call) {
        HttpConnection given;
        synchronized (lock) {
            wanting.remove(call);
            given = call.given;
        }
        if (given != null && !keep(given)) discard(given);
    }

    /// Returns the time for which a new connection is used. It varies, so that connections that were opened
    /// together are not all closed together.
    private long age() {
        return maxAgeNanos - ThreadLocalRandom.current().nextLong(maxAgeNanos / 10);
    }

    private static boolean isYoung(HttpConnection connection, long now) {
        return now - connection.usedUntil < 0;
    }

    /// Returns true if the connection can be used; closes it otherwise.
    private boolean isSilent(HttpConnection connection) throws InterruptedException {
        if (connection.isSilent()) return true;
        discard(connection);
        if (Thread.interrupted()) throw new InterruptedException("Interrupted before the call");
        return false;
    }

    /// Returns the idle connection that was used last; null if there is none.
    ///
    /// @param call waits for one that is given back if there is none; null for nobody
    private @Nullable HttpConnection pollIdle(@Nullable Wanting call) throws DownstreamException {
        synchronized (lock) {
            if (closed) throw closed();
            HttpConnection kept = idle.pollFirst();
            if (kept != null || call == null) return kept;
            if (call.turn.again) wanting.addFirst(call);
            else
                wanting.addLast(call);
            return null;
        }
    }

    private boolean add(HttpConnection opened) {
        opened.usedUntil = System.nanoTime() + age();
        synchronized (lock) {
            return !closed && open.add(opened);
        }
    }

    /// Keeps a connection that was opened elsewhere for a later call; closes it if the pool is closed.
    void adopt(HttpConnection connection) {
        if (!add(connection) || !keep(connection)) discard(connection);
    }

    private static DownstreamException closed() {
        return new DownstreamException(ErrorType.RESET, "The connections to the downstream are closed", null);
    }

    private void discard(HttpConnection connection) {
        synchronized (lock) {
            open.remove(connection);
        }
        connection.close();
    }

    /// Gives back a connection that [#take()] returned.
    ///
    /// @param reusable whether it may carry another call; it is closed otherwise
    void giveBack(HttpConnection connection, boolean reusable) {
        if (!reusable || !keep(connection)) discard(connection);
        permits.release();
    }

    private boolean keep(HttpConnection connection) {
        synchronized (lock) {
            long now = System.nanoTime();
            if (closed || !isYoung(connection, now)) return false;
            connection.idleSince = now;
            if (!handOver(connection)) idle.addFirst(connection);
            return true;
        }
    }

    /// Gives the connection to the first call that still waits its turn; returns false if there is none.
    private boolean handOver(HttpConnection connection) {
        for (Wanting each = wanting.pollFirst(); each != null; each = wanting.pollFirst()) {
            if (!each.turn.end()) continue;
            each.given = connection;
            return true;
        }
        return false;
    }

    /// Closes the connections that have been idle for too long, and those that the downstream has closed or
    /// written to while they were idle.
    void closeUnused(long now) {
        List<HttpConnection> unused = new ArrayList<>();
        synchronized (lock) {
            idle.removeIf(each -> {
                boolean isUsed = now - each.idleSince < MOST_IDLE_NANOS && each.isSilent();
                if (!isUsed) unused.add(each);
                return !isUsed;
            });
            unused.forEach(open::remove);
        }
        unused.forEach(HttpConnection::close);
    }

    /// Returns the number of open connections.
    OpenConnections count(String downstream, Target target) {
        synchronized (lock) {
            int kept = idle.size();
            return new OpenConnections(downstream, target.host(), target.port(), open.size() - kept, kept);
        }
    }

    /// Closes all connections. Calls in flight on them fail, and so do those that wait for one. A second call
    /// does nothing.
    @Override
    public void close() {
        List<HttpConnection> all;
        synchronized (lock) {
            if (closed) return;
            closed = true;
            all = new ArrayList<>(open);
            open.clear();
            idle.clear();
            wanting.forEach(each -> each.turn.end());
            wanting.clear();
        }
        all.forEach(HttpConnection::close);
        permits.release(maxWaiting);
    }
}
