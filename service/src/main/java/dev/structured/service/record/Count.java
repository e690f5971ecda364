package dev.structured.service.record;

/// What is counted of the parts of pages.
public enum Count {
    /// Parts that have ended.
    PARTS(0),
    /// Parts whose call was ended by their own budget.
    BUDGET_ENDED(1),
    /// Parts that used more than a tenth of their budget.
    BUDGET_USED(2),
    /// Parts with a budget.
    BUDGETED(3),
    /// Parts that the request's deadline ended.
    DEADLINE_ENDED(4),
    /// Parts that were missing, or for which something stood in.
    MISSING(5),
    /// Parts that were left out since they hold too many elements.
    LIST_CUT(6),
    /// Attempts.
    ATTEMPTS(7),
    /// Attempts that failed: no answer, or a status of 500 and more.
    FAILURES(8),
    /// Calls that were retried.
    RETRIED(9),
    /// Retried calls whose part had its own value in the end.
    RETRY_HELPED(10),
    /// Calls that were hedged.
    HEDGED(11),
    /// Hedged calls in which a later attempt answered first.
    HEDGE_WON(12),
    /// Calls that a kept answer made superfluous.
    FROM_CACHE(13),
    /// Calls that shared another request's call.
    SHARED(14),
    /// Attempts that waited for a permit.
    QUEUED(15),
    /// Attempts that were refused: no permit in time, or an open circuit breaker.
    REFUSED(16);

    /// Its place among the numbers of a part.
    final int place;

    Count(int place) {
        this.place = place;
    }
}
