package dev.structured.service.record;

/// The counts that are kept for the parts of pages.
public enum Count {
    /// Parts that have ended.
    PARTS(0),
    /// Parts whose call was ended by their own budget.
    BUDGET_ENDED(1),
    /// Parts that the request's deadline ended.
    DEADLINE_ENDED(2),
    /// Parts that were missing or replaced.
    MISSING(3),
    /// Parts that were left out since they hold too many elements.
    LIST_CUT(4),
    /// Attempts.
    ATTEMPTS(5),
    /// Attempts that failed: no answer, or a status of 500 and more.
    FAILURES(6),
    /// Calls that were retried.
    RETRIED(7),
    /// Retried calls whose part had its own value in the end.
    RETRY_HELPED(8),
    /// Calls that were hedged.
    HEDGED(9),
    /// Hedged calls in which a later attempt answered first.
    HEDGE_WON(10),
    /// Calls that a kept answer made superfluous, or that only confirmed one (304).
    FROM_CACHE(11),
    /// Calls that shared another request's call.
    SHARED(12),
    /// Attempts that waited for a permit.
    QUEUED(13),
    /// Attempts that were refused: no permit in time, or an open circuit breaker.
    REFUSED(14),
    /// Parts that were not asked for, since their condition was false.
    NOT_ASKED(15);

    /// Its place among the numbers of a part.
    final int place;

    Count(int place) {
        this.place = place;
    }
}
