package dev.structured.service.client;

import java.time.Duration;

/// Finds out whether the other end of a connection is still there.
///
/// ```
///   ANSWERED ── something is written ──▶ UNANSWERED ── a second ──▶ PINGED ── five seconds ──▶ DEAD
///       ▲                                    │                         │
///       └────────────── something is read ───┴─────────────────────────┘
/// ```
///
/// Times are those of [System#nanoTime()]. One task reads, one writes, and one checks.
final class Liveness {
    /// The next step.
    enum Verdict {
        /// Do nothing.
        WELL,
        /// Send a PING.
        ASK,
        /// Close the connection.
        DEAD
    }

    /// The time that an answer may take before a PING is sent.
    static final Duration SILENCE = Duration.ofSeconds(1);
    /// The time without any byte after a PING until the connection counts as dead.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// The number of reads. Written by the reader alone.
    private volatile int reads;
    /// The time of the first write after the last read, and the number of reads before it. Written by the
    /// writer alone, in this order.
    private volatile long unansweredSince;
    private volatile int writtenAfter = -1;
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
        int after = reads;
        if (after == writtenAfter) return;
        unansweredSince = now;
        writtenAfter = after;
    }

    /// Returns the next action. After [Verdict#ASK] the PING counts as sent.
    Verdict look(long now) {
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
