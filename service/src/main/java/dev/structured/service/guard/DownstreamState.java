package dev.structured.service.guard;

import dev.structured.core.combine.Budget;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.LatencyLimit;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ExtraConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.guard.GuardObserver.BreakerState;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The state of a downstream that survives a reload of the configuration: its permits and their limit, its
/// breaker, the budget of retries and hedges, and recent latencies. Thread-safe.
public final class DownstreamState {
    private final DownstreamConfig config;
    final PermitPool capacity;
    final LatencyLimit load;
    final Bottleneck bottleneck;
    final @Nullable Breaker breaker;
    final Budget extra;
    final @Nullable RecentLatencies latencies;
    final RandomGenerator random;

    private DownstreamState(DownstreamConfig config, PermitPool capacity, LatencyLimit load,
            Bottleneck bottleneck, @Nullable Breaker breaker, Budget extra,
            @Nullable RecentLatencies latencies, RandomGenerator random) {
        this.config = config;
        this.capacity = capacity;
        this.load = load;
        this.bottleneck = bottleneck;
        this.breaker = breaker;
        this.extra = extra;
        this.latencies = latencies;
        this.random = random;
    }

    /// Returns the state of a downstream that was never called.
    public static DownstreamState of(DownstreamConfig config) {
        return of(config, () -> ThreadLocalRandom.current().nextLong());
    }

    /// Returns the state of a downstream that was never called.
    ///
    /// @param random the source of the jitter of pauses; must be thread-safe
    public static DownstreamState of(DownstreamConfig config, RandomGenerator random) {
        LatencyLimit load = new LatencyLimit();
        return new DownstreamState(config, PermitPool.of(config), load, new Bottleneck(config.name(), load),
                breaker(config), extra(config.extra()),
                latencies(config.hedge()), random);
    }

    /// Returns the state under another configuration. Whatever the configuration does not change is shared
    /// with this state, which requests in progress go on using. A downstream that has no URL in
    /// common with it is another one, with a new state.
    public DownstreamState next(DownstreamConfig config) {
        DownstreamConfig old = this.config;
        if (!old.endpoints().overlaps(config.endpoints())) return of(config, random);
        boolean sameLimits = old.maxConnections() == config.maxConnections()
                && Objects.equals(old.adaptiveLimit(), config.adaptiveLimit());
        return new DownstreamState(config,
                sameLimits ? capacity : PermitPool.of(config), load, bottleneck,
                Objects.equals(old.breaker(), config.breaker()) ? breaker : breaker(config),
                old.extra().equals(config.extra()) ? extra : extra(config.extra()),
                Objects.equals(old.hedge(), config.hedge()) ? latencies : latencies(config.hedge()), random);
    }

    private static @Nullable Breaker breaker(DownstreamConfig config) {
        BreakerConfig breaker = config.breaker();
        return breaker == null ? null : new Breaker(config.name(), breaker);
    }

    private static Budget extra(ExtraConfig extra) {
        return new Budget(extra.share().fraction(), extra.burst());
    }

    private static @Nullable RecentLatencies latencies(@Nullable HedgeConfig hedge) {
        return hedge != null && hedge.after() instanceof HedgeDelay.Percentile(double percentile)
                ? new RecentLatencies(percentile)
                : null;
    }

    /// Returns the bottleneck that the downstream is for the pages that need it.
    public Bottleneck bottleneck() {
        return bottleneck;
    }

    /// Returns true if calls that nobody waits for should not be made now: others wait for a permit, the
    /// breaker is open, or the downstream has more to do than it can.
    public boolean isBusy() {
        return waiting() > 0 || bottleneck.isShort() || breakerState() == BreakerState.OPEN;
    }

    /* --- For gauges --- */

    /// Returns the present limit of calls in flight.
    public int limit() {
        return capacity.permits.total();
    }

    /// Returns the number of calls in flight.
    public int inFlight() {
        return capacity.inFlight.get();
    }

    /// Returns the number of calls that wait for a permit.
    public int waiting() {
        return capacity.waiting.get();
    }

    /// Returns the number of extra calls that retries and hedges may make at once now.
    public double extraTokens() {
        return extra.statistics().tokens();
    }

    /// Returns true if there are retries or hedges.
    public boolean hasExtra() {
        return config.retry() != null || config.hedge() != null;
    }

    /// Returns the state of the breaker; null without one.
    public @Nullable BreakerState breakerState() {
        return breaker == null ? null : breaker.state();
    }

    /// Returns the typical latency of good calls; zero before the first one.
    Duration typicalLatency() {
        return Duration.ofNanos(capacity.typical.nanos());
    }
}
