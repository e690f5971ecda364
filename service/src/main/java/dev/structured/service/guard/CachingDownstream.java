package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.GuardObserver.CacheResult;
import dev.structured.service.record.AttemptRecorder;
import org.jspecify.annotations.Nullable;

/// A downstream whose answers are kept: a GET whose answer is still fresh is not made. Thread-safe.
///
/// A failed call leaves the kept answer in place, for [#stale]. An answer 404 or 410 removes it.
final class CachingDownstream implements Downstream {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final Downstream inner;
    private final String downstream;
    private final KeptAnswers kept;
    private final GuardObserver observer;

    CachingDownstream(Downstream inner, String downstream, KeptAnswers kept, GuardObserver observer) {
        this.inner = inner;
        this.downstream = downstream;
        this.kept = kept;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// **Not a checkpoint** if there is a fresh answer.
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!CallKey.fits(call)) return inner.call(call);
        CallKey key = CallKey.of(call);
        Reply fresh = kept.fresh(key);
        if (fresh != null) {
            observer.cacheAsked(downstream, CacheResult.HIT);
            AttemptRecorder attempt = call.attempt();
            if (attempt != null) attempt.kept();
            return fresh;
        }
        observer.cacheAsked(downstream, kept.knows(key) ? CacheResult.EXPIRED : CacheResult.MISS);
        long asked = kept.now();
        Reply reply = inner.call(call);
        if (reply.isSuccess()) {
            kept.keep(key, call, reply, asked);
        } else if (reply.status() == NOT_FOUND || reply.status() == GONE) {
            kept.forget(key);
        }
        return reply;
    }

    @Override
    public @Nullable Reply stale(Call call) {
        if (!CallKey.fits(call)) return inner.stale(call);
        CallKey key = CallKey.of(call);
        Reply stale = kept.stale(key);
        if (stale == null) return inner.stale(call);
        observer.cacheAsked(downstream, CacheResult.STALE);
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.replacedBy(kept.age(key));
        return stale;
    }

    @Override
    public String toString() {
        return "CachingDownstream[" + downstream + " " + inner + "]";
    }
}
