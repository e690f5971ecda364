package dev.structured.service.guard;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.guard.SharingObserver.CacheResult;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A downstream whose answers are kept: a GET whose answer is still fresh is not made. Thread-safe.
///
/// When a call fails, what is kept stays, for [#stale]; but a thing that the downstream says does not exist
/// is forgotten.
final class CachingDownstream implements Downstream {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final Downstream inner;
    private final String downstream;
    private final KeptAnswers kept;
    private final LongSupplier nanoTime;
    private final SharingObserver observer;

    CachingDownstream(Downstream inner, String downstream, KeptAnswers kept, LongSupplier nanoTime,
            SharingObserver observer) {
        this.inner = inner;
        this.downstream = downstream;
        this.kept = kept;
        this.nanoTime = nanoTime;
        this.observer = observer;
    }

    /// {@inheritDoc}
    ///
    /// **No checkpoint** when a fresh answer is there.
    @Override
    public Reply call(Call call) throws DownstreamException, InterruptedException {
        if (!CallKey.fits(call)) return inner.call(call);
        CallKey key = CallKey.of(call);
        Reply fresh = kept.fresh(key);
        if (fresh != null) {
            observer.cacheAsked(downstream, CacheResult.HIT);
            return fresh;
        }
        observer.cacheAsked(downstream, kept.knows(key) ? CacheResult.EXPIRED : CacheResult.MISS);
        long asked = nanoTime.getAsLong();
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
        Reply stale = CallKey.fits(call) ? kept.stale(CallKey.of(call)) : null;
        if (stale == null) return inner.stale(call);
        observer.cacheAsked(downstream, CacheResult.STALE);
        return stale;
    }

    @Override
    public String toString() {
        return "CachingDownstream[" + downstream + " " + inner + "]";
    }
}
