package dev.structured.service.aggregate;

/// Sees how parts end; `ops` turns it into metrics. Called on the part's task; must not block.
public interface AggregateObserver {
    /// Sees nothing.
    AggregateObserver NONE = (route, part, outcome, nanos) -> {};

    /// A part ended.
    ///
    /// @param route the route's path template
    /// @param outcome `ok`, `cancelled`, `skipped`, or the [ErrorType#label()] of its failure
    /// @param nanos how long it took, in nanoseconds
    void partEnded(String route, String part, String outcome, long nanos);
}
