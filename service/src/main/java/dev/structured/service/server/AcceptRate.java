package dev.structured.service.server;

/// Limits the rate of accepts: those of one second may come at once, further ones at an even pace. Used by
/// one thread.
final class AcceptRate {
    private static final long SECOND = 1_000_000_000;

    private final long interval;
    /// The time at which all accepts so far would have ended at an even pace.
    private long even;

    /// @param perSecond the most accepts in a second
    /// @param now in nanoseconds
    AcceptRate(int perSecond, long now) {
        this.interval = SECOND / perSecond;
        this.even = now;
    }

    /// Returns the time that the next accept must wait, in nanoseconds; 0 if it may come now.
    long delay(long now) {
        return Math.max(0, even - now + interval - SECOND);
    }

    /// Counts an accept.
    void accepted(long now) {
        even = Math.max(even, now) + interval;
    }
}
