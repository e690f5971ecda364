package dev.structured.service.balance;

/// The usual latency of an endpoint: a moving average over the last dozen answers and the last seconds. The
/// first answers have equal weight, so that one call over a cold connection does not mark an endpoint as slow
/// for long. Guarded by its [Endpoint].
final class Latency {
    private static final int REMEMBERED = 16;
    private static final double FADES_NANOS = 10e9;

    private double average;
    /// The number of answers in the average; at most [#REMEMBERED].
    private int answers;
    /// The times of the last change of the average, and of the end of the last call.
    private long changed;
    private long asked;

    /// Adds the time of a call.
    void add(long nanos, long now) {
        answers = Math.min(answers + 1, REMEMBERED);
        double weight = Math.max(1.0 / answers, 1 - kept(now - changed));
        average += (Math.max(1, nanos) - average) * weight;
        changed = now;
    }

    /// Notes that a call has ended, in any way.
    void asked(long now) {
        asked = now;
    }

    /// Returns the average in nanoseconds; 0 before the first call has ended.
    double average() {
        return average;
    }

    /// Returns the present estimate. It fades while no call is made, so that a slow endpoint is tried again
    /// after a while.
    double faded(long now) {
        return average * kept(now - asked);
    }

    private static double kept(long nanos) {
        return Math.exp(-Math.max(0, nanos) / FADES_NANOS);
    }
}
