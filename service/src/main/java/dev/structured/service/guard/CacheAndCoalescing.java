package dev.structured.service.guard;

import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.store.SharedStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The two guards that spare a downstream calls, if its configuration asks for them: kept answers, and equal
/// calls that share one answer.
///
/// It survives a reload: [#next] returns the guards for another configuration. They keep the answers if the
/// URL, the headers and `cache` are the same, and the calls in flight if all of the configuration is.
/// Thread-safe.
public final class CacheAndCoalescing {
    private final DownstreamConfig config;
    private final SharedCalls calls;
    private final @Nullable SharedStore store;
    private final GuardObserver observer;
    private final @Nullable KeptAnswers kept;
    private final @Nullable CallsInFlight inFlight;
    private final List<Refreshes> refreshes = new CopyOnWriteArrayList<>();

    private CacheAndCoalescing(DownstreamConfig config, SharedCalls calls, @Nullable SharedStore store,
            GuardObserver observer, @Nullable CacheAndCoalescing before) {
        this.store = store;
        this.config = config;
        this.calls = calls;
        this.observer = observer;
        CacheAndCoalescing same = before != null && before.asksTheSame(config) ? before : null;
        this.kept = kept(same);
        this.inFlight = inFlight(same);
    }

    private @Nullable KeptAnswers kept(@Nullable CacheAndCoalescing same) {
        CacheConfig cache = config.cache();
        if (cache == null) return null;
        KeptAnswers before = same == null ? null : same.kept;
        return before != null && before.config().equals(cache) ? before : new KeptAnswers(cache);
    }

    private @Nullable CallsInFlight inFlight(@Nullable CacheAndCoalescing same) {
        if (!config.coalesce()) return null;
        // A call in flight uses the limits and connections of the configuration that began it, and that one
        // closes its connections when its own requests have ended.
        CallsInFlight before = same == null || !same.config.equals(config) ? null : same.inFlight;
        return before != null ? before : new CallsInFlight(calls);
    }

    /// Returns guards that have kept nothing yet.
    ///
    /// @param calls runs the shared calls
    public static CacheAndCoalescing of(DownstreamConfig config, SharedCalls calls, GuardObserver observer) {
        return of(config, calls, null, observer);
    }

    /// Returns guards that have kept nothing yet.
    ///
    /// @param calls runs the shared calls
    /// @param store has the answers that replicas share; null for none
    public static CacheAndCoalescing of(DownstreamConfig config, SharedCalls calls,
            @Nullable SharedStore store, GuardObserver observer) {
        return new CacheAndCoalescing(config, calls, store, observer, null);
    }

    /// Returns the guards for another configuration of the same downstream, which go on from these.
    public CacheAndCoalescing next(DownstreamConfig config) {
        return new CacheAndCoalescing(config, calls, store, observer, this);
    }

    /* Another server may give another answer, and so may the same server to another API key. */
    private boolean asksTheSame(DownstreamConfig other) {
        return config.name().equals(other.name()) && config.endpoints().overlaps(other.endpoints())
                && config.headers().equals(other.headers());
    }

    /// Returns a downstream that makes only the necessary calls of `inner`; `inner` itself if nothing is
    /// configured.
    ///
    /// @param busy returns true while the downstream has enough to do, so that no kept answer is refreshed
    public Downstream around(Downstream inner, BooleanSupplier busy) {
        Downstream downstream = inner;
        if (inFlight != null) {
            downstream = new CoalescingDownstream(downstream, config.name(), inFlight, observer);
        }
        CacheConfig cache = config.cache();
        if (kept != null && cache != null) {
            SharedAnswers shared = store == null || !cache.shared()
                    ? null
                    : new SharedAnswers(store, config, cache, observer);
            downstream = new CachingDownstream(downstream, config.name(), new AnswerTiers(kept, shared),
                    new KeepingRules(cache, config),
                    cache.staleWhileRevalidate().isZero() ? null : refreshes(kept, busy), observer);
        }
        return downstream;
    }

    private Refreshes refreshes(KeptAnswers answers, BooleanSupplier busy) {
        Refreshes made = new Refreshes(config.name(), calls, answers, busy, observer);
        refreshes.add(made);
        return made;
    }

    /// Stops the calls in the background that were begun through this. The kept answers stay for the next
    /// configuration.
    public void close() {
        refreshes.forEach(Refreshes::close);
    }
}
