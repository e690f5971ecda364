package dev.structured.service.aggregate;

/// Observes how parts end, for metrics. Called by the part's task; must not block.
public interface AggregateObserver {
    /// Ignores everything.
    AggregateObserver NONE = (route, part, outcome, nanos) -> {};

    /// Called when a part has ended, exactly once for each part that was started.
    ///
    /// @param route the route's path template
    /// @param part the part's name
    /// @param outcome `ok`; the [ErrorType#label()] of its failure; `skipped` if a part that it needs was
    ///     missing; `cancelled` if it was stopped from outside or because a required part failed; `error`
    ///     after a bug
    /// @param nanos the duration of its call in nanoseconds, without the wait for other parts; 0 if it made
    ///     no call
    void partEnded(String route, String part, String outcome, long nanos);

    /// Called when the call of a part failed, before the part is replaced. For a list, called once for each
    /// element.
    ///
    /// @param route the route's path template
    /// @param detail a description for the log; may name hosts
    default void callFailed(String route, PartFailure failure, String detail) {}
}
