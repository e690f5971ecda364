package dev.structured.service.ops;

import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts attempts, refused calls and spared calls for each downstream, and shows the state of limits,
/// breakers and budgets.
///
/// A gauge belongs to the name of a downstream and reads the current state of that name, so that a series
/// continues when the configuration is reloaded.
final class DownstreamMetrics implements GuardObserver {
    private static final Logger LOG = LoggerFactory.getLogger(DownstreamMetrics.class);

    private record Counted(String metric, String description, List<String> tags) {}

    private final MeterRegistry registry;
    private final SharingMetrics sharing;
    private final MeterTable<Counted, Counter> counters = new MeterTable<>(this::counter);
    private volatile Map<String, DownstreamState> states = Map.of();
    /// The gauges of each downstream. Guarded by this.
    private final NamedGauges gauges;

    private volatile Consumer<String> breakerOpened = _ -> {};

    DownstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.gauges = new NamedGauges(registry);
        this.sharing = new SharingMetrics(registry);
    }

    /* --- Gauges --- */

    /// Shows the given downstreams, by name, and no longer any others.
    synchronized void show(Map<String, DownstreamState> now) {
        Map<String, DownstreamState> before = states;
        gauges.keep(name -> alike(before.get(name), now.get(name)));
        states = Map.copyOf(now);
        now.forEach((name, state) -> gauges.add(name, () -> gauges(name, state)));
    }

    /// Returns true if both have the same gauges.
    private static boolean alike(@Nullable DownstreamState before, @Nullable DownstreamState after) {
        return before != null && after != null && before.hasExtra() == after.hasExtra()
                && (before.breakerState() == null) == (after.breakerState() == null);
    }

    private List<Meter> gauges(String name, DownstreamState state) {
        Tags tags = Tags.of("downstream", name);
        Tags scope = Tags.of("scope", "downstream", "name", name);
        List<Meter> all = new ArrayList<>();
        all.add(gauge("structured.concurrency.limit", "Calls that may be in flight at once", scope, name,
                DownstreamState::limit));
        all.add(gauge("structured.concurrency.inflight", "Calls in flight", scope, name,
                DownstreamState::inFlight));
        all.add(gauge("structured.concurrency.queued", "Calls that wait for a permit", scope, name,
                DownstreamState::waiting));
        if (state.hasExtra()) {
            all.add(gauge("structured.extra.calls.tokens",
                    "How many extra calls retries and hedges may make at once", tags, name,
                    DownstreamState::extraTokens));
        }
        if (state.breakerState() != null) {
            for (BreakerState each : BreakerState.values()) {
                all.add(gauge("structured.breaker.state", "1 for the breaker's current state, else 0",
                        tags.and("state", each.label()), name, now -> now.breakerState() == each ? 1 : 0));
            }
        }
        return all;
    }

    private Gauge gauge(String metric, String description, Tags tags, String name,
            ToDoubleFunction<DownstreamState> number) {
        return Gauge.builder(metric, () -> read(name, number)).description(description).tags(tags)
                .register(registry);
    }

    private double read(String name, ToDoubleFunction<DownstreamState> number) {
        DownstreamState state = states.get(name);
        return state == null ? Double.NaN : number.applyAsDouble(state);
    }

    void tellOfOpenBreakers(Consumer<String> told) {
        breakerOpened = told;
    }

    /* --- Counters --- */

    @Override
    public void cacheAsked(String downstream, CacheResult result) {
        sharing.cacheAsked(downstream, result);
    }

    @Override
    public void sharedAsked(String downstream, SharedLookup result) {
        sharing.sharedAsked(downstream, result);
    }

    @Override
    public void validated(String downstream, Validation result) {
        sharing.validated(downstream, result);
    }

    @Override
    public void refreshed(String downstream, Refresh result) {
        sharing.refreshed(downstream, result);
    }

    @Override
    public void coalesced(String downstream) {
        sharing.coalesced(downstream);
    }

    @Override
    public void attemptEnded(String downstream, Attempt attempt, String outcome) {
        count("structured.attempts",
                "Attempts of calls to downstreams with retries or hedges, by outcome",
                "downstream", downstream, "kind", attempt.label(), "outcome", outcome);
    }

    @Override
    public void hedgeWon(String downstream) {
        count("structured.hedge.wins", "Hedges that answered first", "downstream", downstream);
    }

    @Override
    public void bugHidden(String downstream, RuntimeException bug) {
        LOG.error("An attempt of a call to downstream '{}' has a bug; another attempt answered", downstream,
                bug);
    }

    @Override
    public void extraSuppressed(String downstream, Suppressed why) {
        count("structured.extra.calls.suppressed", "Retries and hedges that were due but not made, by reason",
                "downstream",
                downstream, "reason", why.label());
    }

    @Override
    public void shed(String downstream, Shed why) {
        count("structured.shed", "Calls that were refused without an attempt, by reason", "scope",
                "downstream", "name", downstream, "reason", why.label());
    }

    @Override
    public void breakerChanged(String downstream, BreakerState now) {
        if (now == BreakerState.OPEN) breakerOpened.accept(downstream);
        count("structured.breaker.changes", "Changes of a breaker's state, by new state", "downstream",
                downstream,
                "state", now.label());
    }

    private void count(String metric, String description, String... tags) {
        counters.of(new Counted(metric, description, List.of(tags))).increment();
    }

    private Counter counter(Counted key) {
        return Counter.builder(key.metric()).description(key.description())
                .tags(key.tags().toArray(String[]::new)).register(registry);
    }
}
