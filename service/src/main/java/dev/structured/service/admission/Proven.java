package dev.structured.service.admission;

import java.util.concurrent.TimeUnit;

/// The most pages in flight with which a downstream was quick lately. Not thread-safe.
///
/// A call tells about the number of pages at the time when it began: if it was about as quick as usual, the
/// downstream can do that many.
final class Proven {
    /// A call that takes more than so many times the usual latency does not prove anything.
    static final double QUICK = 1.5;
    /// So few pages are never too many.
    private static final int FEW = 7;
    /// So many more slow calls than quick ones are no accident.
    private static final int ENOUGH = 7;
    private static final long SPAN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// The most pages in the span before the present one, and in the present one.
    private int before;
    private int lately;
    /// The beginning of the present span.
    private long began;
    /// Among the calls with more pages than proven, how many more were slow than quick lately.
    private int slow;

    /// Learns from a call.
    ///
    /// @param ratio its latency, as a multiple of the usual one
    /// @param inFlight the pages in flight when it began
    /// @return true if the downstream is slow with more pages than proven
    boolean learn(double ratio, int inFlight, long now) {
        if (now - began >= SPAN_NANOS) {
            before = now - began < 2 * SPAN_NANOS ? lately : 0;
            lately = 0;
            slow = 0;
            began = now;
        }
        boolean more = inFlight > Math.max(pages(), FEW);
        if (ratio <= QUICK) {
            lately = Math.max(lately, inFlight);
            if (more) slow = Math.max(0, slow - 1);
        } else if (more) {
            slow++;
        }
        return slow >= ENOUGH;
    }

    /// Returns true if some of the last calls with more pages than proven were slow.
    boolean isDoubtful() {
        return slow > 0;
    }

    /// Forgets the slow calls.
    void again() {
        slow = 0;
    }

    /// Returns the number of pages with which hardly any call waits.
    int quick() {
        return (int) (pages() / QUICK);
    }

    /// Returns the most pages in flight.
    int pages() {
        return Math.max(before, lately);
    }
}
