package dev.structured.service.balance;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;

/// The conclusions about an endpoint from the end of a call.
enum CallOutcome {
    /// It works, and the time of the call is its latency.
    GOOD,
    /// It does not work.
    FAILED,
    /// Nothing.
    UNKNOWN;

    /// Returns the conclusion from a reply. A refusal of one client's calls (429) comes quickly, and says
    /// nothing about others.
    static CallOutcome of(Reply reply) {
        if (reply.status() >= 500) return FAILED;
        return reply.status() == 429 ? UNKNOWN : GOOD;
    }

    static CallOutcome of(ErrorType type) {
        Boolean works = type.downstreamWorks();
        if (works == null) return UNKNOWN;
        return works ? GOOD : FAILED;
    }
}
