package dev.structured.service.guard;

import dev.structured.service.config.Labelled;

/// Sees what the guards of a downstream do: kept answers, shared calls, attempts, limits, breakers. `ops`
/// turns it into metrics.
///
/// Called on the calling task; must not block and not throw.
public interface GuardObserver {
    /// Sees nothing.
    GuardObserver NONE = new GuardObserver() {
    };

    /// The kinds of attempts of a call.
    enum Attempt implements Labelled {
        /// The first attempt.
        FIRST,
        /// Made after an attempt that failed.
        RETRY,
        /// Made beside an attempt that is late.
        HEDGE
    }

    /// The reasons why an extra attempt that was due was not made.
    enum Suppressed implements Labelled {
        /// The budget of extra calls is empty.
        BUDGET,
        /// The call must not be sent twice.
        NOT_REPEATABLE,
        /// Too little time would be left before the deadline.
        NO_TIME,
        /// The downstream asked for a pause that would end after the deadline.
        RETRY_AFTER,
        /// The downstream has more to do than it can.
        OVERLOAD
    }

    /// The reasons why a call was refused.
    enum Shed implements Labelled {
        /// The queue of waiting calls is full.
        QUEUE_FULL,
        /// It would not get a permit in time.
        NO_TIME,
        /// The breaker is open.
        CIRCUIT_OPEN
    }

    /// The states of a breaker.
    enum BreakerState implements Labelled {
        /// All calls go through.
        CLOSED,
        /// All calls are refused. The first call after its time makes it half-open.
        OPEN,
        /// A few trial calls go through.
        HALF_OPEN
    }

    /// The result of a lookup among the kept answers.
    enum CacheResult implements Labelled {
        /// A fresh answer: the downstream is not called.
        HIT,
        /// No answer.
        MISS,
        /// An answer that is no longer fresh: the downstream is called.
        EXPIRED,
        /// An answer that is no longer fresh and is given at once, while it is asked for again.
        REFRESHED,
        /// An answer that replaces that of a failed call.
        STALE
    }

    /// What a downstream said of a kept answer that it was asked to confirm.
    enum Validation implements Labelled {
        /// It is still the present one (304).
        CONFIRMED,
        /// There is another one, which came.
        CHANGED,
        /// Another version than the kept one is unchanged: it was asked for the whole answer.
        MISMATCH
    }

    /// What became of the call in the background that a kept answer was due for.
    enum Refresh implements Labelled {
        /// The answer is fresh again, or another one is kept.
        DONE,
        /// The call failed, or was answered by an error. The next one is made after a pause.
        FAILED,
        /// Its time was up. The next one is made after a pause.
        TIMEOUT,
        /// It was stopped, since its configuration is no longer served, or the service ended.
        STOPPED,
        /// It was not made: the downstream has enough to do, or too many others were in flight.
        DROPPED
    }

    /// The result of a lookup among the answers that replicas share.
    enum SharedLookup implements Labelled {
        /// There is one; it may be fresh or not.
        FOUND,
        /// There is none, or the store did not answer in time.
        MISSING,
        /// There is something that cannot be read, which is removed.
        CORRUPT
    }

    /// The kept answers were looked up.
    ///
    /// @param downstream the downstream's name
    default void cacheAsked(String downstream, CacheResult result) {}

    /// The answers that replicas share were looked up.
    default void sharedAsked(String downstream, SharedLookup result) {}

    /// A downstream was asked whether a kept answer is still the present one, and said so or not.
    default void validated(String downstream, Validation result) {}

    /// A kept answer was due for a refresh in the background. Called once for each.
    default void refreshed(String downstream, Refresh result) {}

    /// A call was not made, because it could share the answer to an equal one in flight.
    default void coalesced(String downstream) {}

    /// An attempt ended. Called exactly once for each, and only for downstreams with retries or hedges: any
    /// other call is one attempt, which the client reports.
    ///
    /// @param downstream the downstream's name
    /// @param outcome `ok` for a 2xx answer; `http_4xx` and the like for any other answer; the label of an
    ///     [dev.structured.service.aggregate.ErrorType], such as `timeout` after the deadline; `cancelled` if
    ///     it was stopped for another reason; `error` for a bug
    default void attemptEnded(String downstream, Attempt attempt, String outcome) {}

    /// A hedge answered before the first attempt.
    default void hedgeWon(String downstream) {}

    /// An attempt failed with a bug (an exception that is no failure of the downstream), and the call's
    /// result does not show it, because another attempt had an answer. It was told to [#attemptEnded] as
    /// `error`.
    default void bugHidden(String downstream, RuntimeException bug) {}

    /// An extra attempt was due and was not made.
    default void extraSuppressed(String downstream, Suppressed why) {}

    /// A call was refused without asking the downstream.
    default void shed(String downstream, Shed why) {}

    /// A breaker has changed its state.
    default void breakerChanged(String downstream, BreakerState now) {}
}
