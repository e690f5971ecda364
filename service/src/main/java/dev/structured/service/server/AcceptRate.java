package dev.structured.service.server;

/// Spreads accepts: a second's worth may come at once, further ones each in their turn. Used by one thread.
final class AcceptRate {
    private static final long SECOND = 1_000_000_000;

    private final long interval;
    /// The time at which all accepts so far would have come at an even pace.
    private long even;

    /// @param perSecond the most accepts in a second
    /// @param now in nanoseconds
    AcceptRate(int perSecond, long now) {
        this.interval = SECOND / perSecond;
        this.even = now;
    }

    /// Returns how long the next accept must wait, in nanoseconds; 0 if it may come now.
    long delay(long now) {
        return Math.max(0, even - now + interval - SECOND);
    }

    /// Counts an accept.
    void accepted(long now) {
        even = Math.max(even, now) + interval;
    }
}
