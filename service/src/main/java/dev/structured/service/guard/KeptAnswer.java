package dev.structured.service.guard;

import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Validators;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// An answer that is kept, and until when it may be used for what. Times are those of the scheduler, in
/// nanoseconds.
///
/// ```
///   since ── fresh ──▶ no longer fresh ── refreshed ──▶                      given at once, asked for again
///                                      └─ onFailure ──────────▶              given if the call fails
///                                      └─ kept ─────────────────────▶ gone   known, so that it can be confirmed
/// ```
///
/// @param since when it was kept, or confirmed
/// @param saidUntil the end of the freshness that the answer claims; what pages with it may claim
/// @param freshUntil until then it replaces calls
/// @param refreshedUntil until then it replaces calls while it is asked for again
/// @param onFailureUntil until then it may replace the answer to a failed call
/// @param keptUntil the latest of these, and of the time for which its validators are of use
/// @param notBefore the earliest time for the next refresh, after one that failed
record KeptAnswer(Reply reply, long since, long saidUntil, long freshUntil, long refreshedUntil,
        long onFailureUntil, long keptUntil, long notBefore) {

    boolean isFresh(long now) {
        return freshUntil - now > 0;
    }

    /// Returns true if it may be given while it is asked for again.
    boolean mayBeRefreshed(long now) {
        return refreshedUntil - now > 0;
    }

    boolean mayReplaceFailure(long now) {
        return onFailureUntil - now > 0;
    }

    @Nullable
    Validators validators() {
        return reply.terms().validators();
    }

    /// Returns this with the earliest time of its next refresh.
    KeptAnswer notBefore(long time) {
        return new KeptAnswer(reply, since, saidUntil, freshUntil, refreshedUntil, onFailureUntil, keptUntil,
                time);
    }

    /// Returns the reply with its freshness as of now: of a minute, half is left after 30 seconds.
    Reply served(long now) {
        Freshness said = reply.freshness();
        if (!said.known()) return reply;
        long left = Math.max(0, saidUntil - now);
        return new Reply(reply.status(), reply.body(), reply.headers(),
                new Freshness(true, TimeUnit.NANOSECONDS.toSeconds(left), said.shared()), reply.terms());
    }
}
