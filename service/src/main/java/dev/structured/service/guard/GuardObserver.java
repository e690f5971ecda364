package dev.structured.service.guard;

import dev.structured.service.config.Labelled;

/// Sees what the guards of a downstream do: attempts, limits, breakers. `ops` turns it into metrics.
///
/// Called on the calling task; must not block and not throw.
public interface GuardObserver {
    /// Sees nothing.
    GuardObserver NONE = new GuardObserver() {
    };

    /// Which attempt of a call it is.
    enum Attempt implements Labelled {
        /// The call itself.
        FIRST,
        /// Made after an attempt that failed.
        RETRY,
        /// Made beside an attempt that is late.
        HEDGE
    }

    /// Why an extra attempt that was due was not made.
    enum Suppressed implements Labelled {
        /// The budget of extra calls is empty.
        BUDGET,
        /// The call must not be sent twice.
        NOT_REPEATABLE,
        /// The deadline would leave it too little time.
        NO_TIME,
        /// The downstream asked for a pause that would not end in time.
        RETRY_AFTER
    }

    /// Why a call was not made at all.
    enum Shed implements Labelled {
        /// As many calls wait for their turn as may.
        QUEUE_FULL,
        /// Its turn would not come in time.
        NO_TIME,
        /// The breaker is open.
        CIRCUIT_OPEN
    }

    /// What a breaker does with calls.
    enum BreakerState implements Labelled {
        /// Lets them through.
        CLOSED,
        /// Refuses them. It does so until the first call after its time, which then makes it half-open.
        OPEN,
        /// Lets a few through, to find out.
        HALF_OPEN
    }

    /// An attempt ended. Called exactly once for each, and only for downstreams with retries or hedges: for
    /// any other a call is one attempt, which the client reports itself.
    ///
    /// @param downstream the downstream's name
    /// @param outcome `ok` for an answer that can be used; `http_4xx` and the like for any other; the label
    ///     of an [dev.structured.service.aggregate.ErrorType], also `timeout` if time was up; `cancelled` if
    ///     it was stopped for another reason; `error` when there is a bug
    default void attemptEnded(String downstream, Attempt attempt, String outcome) {}

    /// A hedge's answer came before the first attempt's.
    default void hedgeWon(String downstream) {}

    /// An extra attempt was due and was not made.
    default void extraSuppressed(String downstream, Suppressed why) {}

    /// A call was refused without asking the downstream.
    default void shed(String downstream, Shed why) {}

    /// A breaker has changed its state.
    default void breakerChanged(String downstream, BreakerState now) {}
}
