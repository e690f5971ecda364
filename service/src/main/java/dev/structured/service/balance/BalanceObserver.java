package dev.structured.service.balance;

import java.time.Duration;

/// Sees what becomes of the endpoints of a downstream. `ops` turns it into metrics.
///
/// Called on the calling task; must not block and not throw.
public interface BalanceObserver {
    /// Sees nothing.
    BalanceObserver NONE = new BalanceObserver() {
    };

    /// An endpoint is left alone.
    ///
    /// @param downstream the downstream's name
    /// @param endpoint its host or address, and its port
    /// @param cause `failures`, `failure_rate`, `retry_after` or `unhealthy`
    /// @param time how long; zero if that is not known
    default void ejected(String downstream, String endpoint, String cause, Duration time) {}

    /// An endpoint is asked again.
    default void returned(String downstream, String endpoint) {}

    /// The health of an endpoint was checked.
    ///
    /// @param good whether the endpoint is well
    default void checked(String downstream, boolean good) {}

    /// A call went to another endpoint, since it could not be sent to the one that was chosen first.
    default void redirected(String downstream) {}
}
