package dev.structured.service.balance;

/// How long an endpoint usually takes: a moving average, in which the last dozen answers count, and those of
/// the last seconds. The first answers weigh alike, so that one call over a cold connection does not mark an
/// endpoint as slow for long. Guarded by its [Endpoint].
final class Latency {
    private static final int REMEMBERED = 16;
    private static final double FADES_NANOS = 10e9;

    private double average;
    /// How many answers are in the average; [#REMEMBERED] if more.
    private int answers;
    /// When the average changed last, and when the last call ended.
    private long changed;
    private long asked;

    /// Notes how long a call took.
    void add(long nanos, long now) {
        answers = Math.min(answers + 1, REMEMBERED);
        double weight = Math.max(1.0 / answers, 1 - kept(now - changed));
        average += (Math.max(1, nanos) - average) * weight;
        changed = now;
    }

    /// Takes note that a call has ended, whatever it says.
    void asked(long now) {
        asked = now;
    }

    /// Returns the average in nanoseconds; 0 before the first call has ended.
    double average() {
        return average;
    }

    /// Returns the average as it is believed now. It fades while no call is made: so an endpoint that was
    /// slow is tried again after a while.
    double faded(long now) {
        return average * kept(now - asked);
    }

    private static double kept(long nanos) {
        return Math.exp(-Math.max(0, nanos) / FADES_NANOS);
    }
}
