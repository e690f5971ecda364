package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.SharedCall.End;
import org.jspecify.annotations.Nullable;

/// A downstream of which equal GETs that are under way at the same time are one call. Thread-safe.
///
/// Each that waits keeps its own deadline, and may be cancelled without harm to the others; the call is
/// cancelled when the last of them has gone, who waits for its end. What the first one's call says about
/// retries holds for all.
final class CoalescingDownstream implements Downstream {
    private final Downstream inner;
    private final String downstream;
    private final CallsUnderWay underWay;
    private final SharingObserver observer;

    CoalescingDownstream(Downstream inner, String downstream, CallsUnderWay underWay,
            SharingObserver observer) {
        this.inner = inner;
        this.downstream = downstream;
        this.underWay = underWay;
        this.observer = observer;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!CallKey.fits(call)) return inner.call(call);
        CallKey key = CallKey.of(call);
        while (true) {
            switch (underWay.await(call, key, inner, () -> observer.coalesced(downstream))) {
                case End.Answered(Reply reply) -> {
                    return reply;
                }
                case End.Failed(Throwable why) -> throw own(why);
                case End.Refused() -> {
                    return inner.call(call);
                }
                case End.Stopped() -> {
                    // The deadline of those before passed at the moment when this one came: it asks anew.
                }
            }
        }
    }

    /// Returns the failure for one of those that waited: an exception that others throw too is nobody's to
    /// add to.
    private static DownstreamException own(Throwable why) {
        if (why instanceof DownstreamException e) {
            return new DownstreamException(e.type(), String.valueOf(e.getMessage()), e, e.retryAfter());
        }
        throw new IllegalStateException("A call that several waited for failed: " + why, why);
    }

    @Override
    public @Nullable Reply stale(Call call) {
        return inner.stale(call);
    }

    @Override
    public String toString() {
        return "CoalescingDownstream[" + downstream + " " + inner + "]";
    }
}
