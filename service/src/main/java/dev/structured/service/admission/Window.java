package dev.structured.service.admission;

/// The calls of a downstream in a short time. Not thread-safe.
final class Window {
    /// The time of the first call.
    private final long began;
    private int calls;
    private int late;
    private double ratios;
    private double usual;
    private int peak;

    Window(long began) {
        this.began = began;
    }

    /// Adds a call.
    ///
    /// @param ratio its latency, as a multiple of the usual one
    /// @param usualNanos the usual latency
    /// @param inFlight the pages in flight when it ended
    void add(double ratio, double usualNanos, boolean tooLate, int inFlight) {
        calls++;
        if (tooLate) late++;
        ratios += ratio;
        usual += usualNanos;
        peak = Math.max(peak, inFlight);
    }

    /// Adds the calls of a later window.
    void add(Window later) {
        calls += later.calls;
        late += later.late;
        ratios += later.ratios;
        usual += later.usual;
        peak = Math.max(peak, later.peak);
    }

    long began() {
        return began;
    }

    int calls() {
        return calls;
    }

    /// Returns the number of calls that are in flight at the same time if none of them waits, by Little's
    /// law.
    ///
    /// @param until the end of the window
    int passing(long until) {
        double rate = (calls - late) / (double) Math.max(1, until - began);
        return (int) Math.ceil(rate * usualNanos());
    }

    /// Returns true if most calls came too late.
    boolean isMostlyLate() {
        return late * 2 >= calls;
    }

    /// Returns the average latency, as a multiple of the usual one; 0 without calls.
    double ratio() {
        return calls == 0 ? 0 : ratios / calls;
    }

    /// Returns the average of the usual latencies, in nanoseconds.
    double usualNanos() {
        return usual / calls;
    }

    /// Returns the most pages in flight.
    int peak() {
        return peak;
    }
}
