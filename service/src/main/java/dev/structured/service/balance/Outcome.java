package dev.structured.service.balance;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;

/// What the end of a call says of the endpoint.
enum Outcome {
    /// It works, and took as long as it takes.
    GOOD,
    /// It does not work.
    FAILED,
    /// Nothing.
    UNKNOWN;

    /// A refusal of one client's calls (429) comes quickly, and says nothing of others.
    static Outcome of(Reply reply) {
        if (reply.status() >= 500) return FAILED;
        return reply.status() == 429 ? UNKNOWN : GOOD;
    }

    static Outcome of(ErrorType type) {
        Boolean works = type.downstreamWorks();
        if (works == null) return UNKNOWN;
        return works ? GOOD : FAILED;
    }
}
