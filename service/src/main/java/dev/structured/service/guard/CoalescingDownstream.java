package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.SharedCall.End;
import dev.structured.service.record.AttemptRecorder;
import org.jspecify.annotations.Nullable;

/// A downstream that makes one call of equal GETs that are in flight at the same time. Thread-safe.
///
/// Each waiter keeps its own deadline and can be cancelled without affecting the others. When the last one
/// leaves, it cancels the call and waits for its end. The call of the first waiter decides about retries.
final class CoalescingDownstream implements Downstream {
    private final Downstream inner;
    private final String downstream;
    private final CallsInFlight inFlight;
    private final GuardObserver observer;

    CoalescingDownstream(Downstream inner, String downstream, CallsInFlight inFlight,
            GuardObserver observer) {
        this.inner = inner;
        this.downstream = downstream;
        this.inFlight = inFlight;
        this.observer = observer;
    }

    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!CallKey.fits(call)) return inner.call(call);
        CallKey key = CallKey.of(call);
        while (true) {
            switch (inFlight.await(call, key, inner, made -> joined(call, made))) {
                case End.Answered(Reply reply) -> {
                    return reply;
                }
                case End.Failed(Throwable why) -> throw own(why);
                case End.Refused() -> {
                    return inner.call(call);
                }
                case End.Stopped() -> {
                    // The call's deadline passed just as this waiter joined: it asks again.
                }
            }
        }
    }

    private void joined(Call call, Call made) {
        observer.coalesced(downstream);
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.shared(made.attempt());
    }

    /// Returns a failure of its own for each waiter, because several tasks must not share a mutable
    /// exception.
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
