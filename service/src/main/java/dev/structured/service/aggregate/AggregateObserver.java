package dev.structured.service.aggregate;

/// Sees how parts end; `ops` turns it into metrics. Called on the part's task; must not block.
public interface AggregateObserver {
    /// Sees nothing.
    AggregateObserver NONE = (route, part, outcome, nanos) -> {};

    /// A part ended. Called exactly once for each part that was started.
    ///
    /// @param route the route's path template
    /// @param part the part's name
    /// @param outcome `ok`; the [ErrorType#label()] of its failure; `skipped` when another part was missing
    ///     whose value it needs; `cancelled` when it was stopped from outside or because a required part
    ///     failed; `error` when the code that asked for it has a bug
    /// @param nanos how long its call took, in nanoseconds, not counting the wait for other parts; 0 without
    ///     a call
    void partEnded(String route, String part, String outcome, long nanos);
}
