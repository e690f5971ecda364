package dev.structured.core;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;

/// Arithmetic with times in nanoseconds, which stays inside a `long`.
final class Nanos {
    /// The point in time that never comes.
    static final long NEVER = Long.MAX_VALUE;
    /// The point in time that lies before all others.
    static final long PASSED = Long.MIN_VALUE;

    private Nanos() {}

    /// Returns the length in nanoseconds, at most that of [Long#MAX_VALUE] (292 years).
    ///
    /// @throws IllegalArgumentException if the duration is negative
    static long of(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "A timeout must not be negative: " + duration + ". For a point in time that"
                            + " may have passed use a deadline.");
        }
        return NANOSECONDS.convert(duration);
    }

    /// Returns the length in nanoseconds, at most that of [Long#MAX_VALUE] in either direction.
    static long clamped(Duration duration) {
        return Math.max(-Long.MAX_VALUE, NANOSECONDS.convert(duration));
    }

    /// Returns `now + duration`, or [#NEVER] if the sum is too large.
    static long after(long now, long duration) {
        long at = now + duration;
        return at < now ? NEVER : at;
    }

    /// Returns `at - duration`, or [#PASSED] if that is too early, or the duration is the longest.
    static long before(long at, long duration) {
        long moved = at - duration;
        return duration == Long.MAX_VALUE || moved > at ? PASSED : moved;
    }
}
