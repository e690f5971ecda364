package dev.structured.service.balance;

/// How busy an endpoint is, and how long it is expected to take.
///
/// @param inFlight its calls in flight
/// @param latency its usual latency in nanoseconds
record Load(int inFlight, double latency) {
    /// Latencies that differ by less are alike.
    private static final double ALIKE = 1.25;

    /// Returns true if a call had better go there than to the other endpoint.
    ///
    /// With about the same latency, fewer calls in flight decide. Else latency counts twice: calls in flight
    /// are a guess at how much longer a call will take, which a server that does many at once proves wrong,
    /// and latency is what they did take.
    boolean isBetterThan(Load other) {
        boolean alike = latency < other.latency * ALIKE && other.latency < latency * ALIKE;
        return alike ? inFlight < other.inFlight : cost() < other.cost();
    }

    private double cost() {
        return (inFlight + 1) * latency * latency;
    }
}
