package dev.structured.service.client;

import java.time.Duration;

/// Finds out whether the other end of a connection is still there.
///
/// ```
///   ANSWERED ── something is written ──▶ UNANSWERED ── a second ──▶ PINGED ── five seconds ──▶ DEAD
///       ▲                                    │                         │
///       └────────────── something is read ───┴─────────────────────────┘
///
///   a write that is not done after five seconds ──▶ STUCK
/// ```
///
/// Reads alone do not show that it is there: what it does not read piles up here.
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
    /// The time without any byte after a PING, and that of a write, until the connection counts as dead.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The number of reads. Written by the reader alone.
    private volatile int reads;
    /// The time of the first write after the last read, and the number of reads before it. Written by the
    /// writer alone, in this order.
    private volatile long unansweredSince;
    private volatile int writtenAfter = -1;
    /// The time at which the last write began, and whether it is still under way. Written by the writer
    /// alone, in this order.
    private volatile long writingSince;
    private volatile boolean writing;
    /// Both are used by the checking task alone.
    private long pingedAt;
    private int pingedAfter = -1;

    /// Called when something was read.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one task reads
    void read() {
        reads++;
    }

    /// Called when something is about to be written.
    void write(long now) {
        writingSince = now;
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
        if (writing && now - writingSince > PATIENCE.toNanos()) return Verdict.STUCK;
        int after = reads;
        if (after == pingedAfter) {
            return now - pingedAt > PATIENCE.toNanos() ? Verdict.DEAD : Verdict.WELL;
        }
        if (writtenAfter != after || now - unansweredSince <= SILENCE.toNanos()) return Verdict.WELL;
        pingedAfter = after;
        pingedAt = now;
        return Verdict.ASK;
    }
}
