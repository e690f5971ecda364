package dev.structured.service.admission;

import java.util.concurrent.TimeUnit;

/// The time that pages usually have: the mean of what the last hundred or so had left when they came, each
/// between 0.2 and 10 seconds. **Thread-safe** for readers; one thread at a time adds.
///
/// What counts as a long wait depends on it: pages that may take seconds are not refused because they wait
/// some milliseconds. The mean is the harmonic one, so that pages with little time count for more than those
/// with much of it.
final class PageTime {
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// The weight of a page in the mean.
    private static final double WEIGHT = 0.02;

    /// The mean of 1 / time, in nanoseconds; 0 before the first page.
    private volatile double inverse;

    /// Adds a page.
    ///
    /// @param timeLeft the time that it may still take, in nanoseconds
    void add(long timeLeft) {
        double present = inverse;
        double own = 1.0 / Math.clamp(timeLeft, LEAST_NANOS, MOST_NANOS);
        inverse = present == 0 ? own : present + (own - present) * WEIGHT;
    }

    /// Returns a share of the mean, in nanoseconds.
    double share(double share) {
        double present = inverse;
        return share * (present == 0 ? LEAST_NANOS : 1 / present);
    }
}
