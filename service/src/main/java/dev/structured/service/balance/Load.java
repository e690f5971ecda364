package dev.structured.service.balance;

/// The calls in flight of an endpoint, and its expected latency.
///
/// @param inFlight its calls in flight
/// @param latency its usual latency in nanoseconds
record Load(int inFlight, double latency) {
    /// Latencies that differ by less count as equal.
    private static final double ALIKE = 1.25;

    /// Returns true if this endpoint is better for a call than the other.
    ///
    /// If the latencies are about equal, fewer calls in flight decide. Otherwise latency counts twice: the
    /// number of calls in flight only estimates the delay of a further call, and is wrong for servers that do
    /// many at once, while latency is measured.
    boolean isBetterThan(Load other) {
        boolean alike = latency < other.latency * ALIKE && other.latency < latency * ALIKE;
        return alike ? inFlight < other.inFlight : cost() < other.cost();
    }

    private double cost() {
        return (inFlight + 1) * latency * latency;
    }
}
