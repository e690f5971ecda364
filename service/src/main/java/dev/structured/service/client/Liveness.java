package dev.structured.service.client;

import java.time.Duration;

/// Says whether the other end of a connection is still there.
///
/// ```
///   ANSWERED ── something is written ──▶ UNANSWERED ── a second ──▶ PINGED ── five seconds ──▶ DEAD
///       ▲                                    │                         │
///       └────────────── something is read ───┴─────────────────────────┘
/// ```
///
/// Times are those of [System#nanoTime()]. One task reads, one writes, and one looks.
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

    /// How long an answer may take before a PING is sent.
    static final Duration SILENCE = Duration.ofSeconds(1);
    /// How long nothing may arrive after a PING before the connection counts as dead.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// How often something was read. Written by the reader alone.
    private volatile int reads;
    /// When something was written first after the last read, and after how many reads that was. Written by
    /// the writer alone, in this order.
    private volatile long unansweredSince;
    private volatile int writtenAfter = -1;
    /// Both of the task that looks.
    private long pingedAt;
    private int pingedAfter = -1;

    /// Something was read.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one task reads
    void read() {
        reads++;
    }

    /// Something is about to be written.
    void write(long now) {
        int after = reads;
        if (after == writtenAfter) return;
        unansweredSince = now;
        writtenAfter = after;
    }

    /// Returns what is to be done. After [Verdict#ASK] the PING counts as sent.
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
