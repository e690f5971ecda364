package dev.structured.service.balance;

import java.time.Duration;

/// Observes the endpoints of a downstream; `ops` makes metrics of them.
///
/// Called on the calling task; must not block and not throw.
public interface BalanceObserver {
    /// An observer that does nothing.
    BalanceObserver NONE = new BalanceObserver() {
    };

    /// Called when an endpoint is left alone.
    ///
    /// @param downstream the downstream's name
    /// @param endpoint its host or address, and its port
    /// @param cause `failures`, `failure_rate`, `retry_after` or `unhealthy`
    /// @param time the length of that time; zero if it is not known
    default void ejected(String downstream, String endpoint, String cause, Duration time) {}

    /// Called when an endpoint gets calls again.
    default void returned(String downstream, String endpoint) {}

    /// Called when the health of an endpoint was checked.
    ///
    /// @param good true if the endpoint is healthy
    default void checked(String downstream, boolean good) {}

    /// Called when a call went to another endpoint, since it could not be sent to the one that was chosen
    /// first.
    default void redirected(String downstream) {}
}
