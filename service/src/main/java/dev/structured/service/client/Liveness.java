package dev.structured.service.client;

import java.time.Duration;

/// Finds out whether the other end of a connection is still there.
///
/// ```
///   ANSWERED ── something is written ──▶ UNANSWERED ── a second ──▶ PINGED ── five seconds ──▶ DEAD
///       ▲                                    │                         │
///       └────────────── something is read ───┴─────────────────────────┘
///
///   a write that is not done five seconds after a look that saw it ──▶ STUCK
/// ```
///
/// Reads alone do not show that it is there: what it does not read piles up here. Reads and writes are judged
/// by what looks have seen. If the whole machine stands still, there are no looks, and the other end is not
/// blamed for it.
///
/// Times are those of [System#nanoTime()]. One task reads, one writes, and one checks.
final class Liveness {
    /// The next step.
    enum Verdict {
        /// Do nothing.
        WELL,
        /// Send a PING.
        ASK,
        /// Close the connection: nothing comes any more.
        DEAD,
        /// Close the connection: nothing can be sent any more.
        STUCK
    }

    /// The time that an answer may take before a PING is sent.
    static final Duration SILENCE = Duration.ofSeconds(1);
    /// The time without any byte after a PING, and that of a write from the first look that sees it, until
    /// the connection counts as dead.
    static final Duration PATIENCE = Duration.ofSeconds(5);
    /// The most time between two looks that counts. They follow each other by a second, unless the process or
    /// the machine stands still.
    static final Duration MOST_BETWEEN = Duration.ofSeconds(2);

    /// The number of reads. Written by the reader alone.
    private volatile int reads;
    /// The time of the first write after the last read, and the number of reads before it. Written by the
    /// writer alone, in this order.
    private volatile long unansweredSince;
    private volatile int writtenAfter = -1;
    /// The number of writes that have begun, and whether the last one is still under way. Written by the
    /// writer alone, in this order.
    private volatile int writes;
    private volatile boolean writing;
    /// All are used by the checking task alone. The time that looks have covered, and the time of the last.
    private long watched;
    private long lookedAt;
    private boolean looked;
    /// Whether the last look came so late that it judged nothing.
    private boolean wasLate;
    /// The PING that was sent last: the watched time, and the number of reads before it.
    private long pingedAt;
    private int pingedAfter = -1;
    /// The number of the last write that was seen under way, and the watched time when that was first.
    private int seen = -1;
    private long seenAt;

    /// Called when something was read.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one task reads
    void read() {
        reads++;
    }

    /// Called when something is about to be written.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one task writes
    void write(long now) {
        writes++;
        writing = true;
        int after = reads;
        if (after == writtenAfter) return;
        unansweredSince = now;
        writtenAfter = after;
    }

    /// Called when it has been written.
    void written() {
        writing = false;
    }

    /// Returns the next action. After [Verdict#ASK] the PING counts as sent.
    Verdict look(long now) {
        if (isLate(now)) return Verdict.WELL;
        if (isStuck()) return Verdict.STUCK;
        int after = reads;
        if (after == pingedAfter) {
            return watched - pingedAt > PATIENCE.toNanos() ? Verdict.DEAD : Verdict.WELL;
        }
        if (writtenAfter != after || now - unansweredSince <= SILENCE.toNanos()) return Verdict.WELL;
        pingedAfter = after;
        pingedAt = watched;
        return Verdict.ASK;
    }

    /// Notes the time of a look. Returns true for the first one after a standstill: what has arrived
    /// meanwhile may not have been read yet.
    private boolean isLate(long now) {
        long gap = looked ? now - lookedAt : 0;
        looked = true;
        lookedAt = now;
        watched += Math.min(gap, MOST_BETWEEN.toNanos());
        wasLate = gap > MOST_BETWEEN.toNanos() && !wasLate;
        return wasLate;
    }

    private boolean isStuck() {
        int last = writes;
        if (!writing || last != writes) return false;
        if (last == seen) return watched - seenAt > PATIENCE.toNanos();
        seen = last;
        seenAt = watched;
        return false;
    }
}
