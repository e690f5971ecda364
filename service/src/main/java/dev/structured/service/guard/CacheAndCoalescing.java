package dev.structured.service.guard;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What spares a downstream calls: kept answers, and equal calls made once; as far as its configuration says.
///
/// Outlives the configuration that it was made by: [#next] gives the one for another configuration, which
/// goes on with the kept answers and the calls under way if what they depend on is the same: for the latter,
/// that is all of it. Thread-safe.
public final class CacheAndCoalescing {
    private final DownstreamConfig config;
    private final SharedCalls calls;
    private final LongSupplier nanoTime;
    private final SharingObserver observer;
    private final @Nullable KeptAnswers kept;
    private final @Nullable CallsUnderWay underWay;

    private CacheAndCoalescing(DownstreamConfig config, SharedCalls calls, LongSupplier nanoTime,
            SharingObserver observer, @Nullable CacheAndCoalescing before) {
        this.config = config;
        this.calls = calls;
        this.nanoTime = nanoTime;
        this.observer = observer;
        CacheAndCoalescing same = before != null && before.asksTheSame(config) ? before : null;
        this.kept = kept(same);
        this.underWay = underWay(same);
    }

    private @Nullable KeptAnswers kept(@Nullable CacheAndCoalescing same) {
        CacheConfig cache = config.cache();
        if (cache == null) return null;
        KeptAnswers before = same == null ? null : same.kept;
        return before != null && before.config().equals(cache) ? before : new KeptAnswers(cache, nanoTime);
    }

    private @Nullable CallsUnderWay underWay(@Nullable CacheAndCoalescing same) {
        if (!config.coalesce()) return null;
        // A call under way goes by the limits and the connections of the configuration that began it, which
        // closes them when its own requests have ended.
        CallsUnderWay before = same == null || !same.config.equals(config) ? null : same.underWay;
        return before != null ? before : new CallsUnderWay(calls);
    }

    /// Returns one without anything kept.
    ///
    /// @param calls where shared calls live
    /// @param nanoTime the scheduler's time, by which answers age
    public static CacheAndCoalescing of(DownstreamConfig config, SharedCalls calls, LongSupplier nanoTime,
            SharingObserver observer) {
        return new CacheAndCoalescing(config, calls, nanoTime, observer, null);
    }

    /// Returns the one that goes on from here with another configuration of the same downstream.
    public CacheAndCoalescing next(DownstreamConfig config) {
        return new CacheAndCoalescing(config, calls, nanoTime, observer, this);
    }

    /* An answer of another server, or to another key, is another answer. */
    private boolean asksTheSame(DownstreamConfig other) {
        return config.name().equals(other.name()) && config.url().equals(other.url())
                && config.headers().equals(other.headers());
    }

    /// Returns a downstream that makes only those calls of `inner` that are needed; `inner` itself if nothing
    /// is configured.
    public Downstream around(Downstream inner) {
        Downstream downstream = inner;
        if (underWay != null) {
            downstream = new CoalescingDownstream(downstream, config.name(), underWay, observer);
        }
        if (kept != null) {
            downstream = new CachingDownstream(downstream, config.name(), kept, nanoTime, observer);
        }
        return downstream;
    }
}
