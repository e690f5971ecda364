package dev.structured.service.guard;

import dev.structured.core.combine.Budget;
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

/// What is known of a downstream, and stays known when the configuration is read again: who holds its
/// permits, where the limit is, what the breaker has seen, what retries and hedges may still spend, how late
/// is late. Thread-safe.
public final class DownstreamState {
    private final DownstreamConfig config;
    final PermitPool capacity;
    final @Nullable Breaker breaker;
    final Budget extra;
    final @Nullable RecentLatencies latencies;
    final RandomGenerator random;

    private DownstreamState(DownstreamConfig config, PermitPool capacity, @Nullable Breaker breaker,
            Budget extra,
            @Nullable RecentLatencies latencies, RandomGenerator random) {
        this.config = config;
        this.capacity = capacity;
        this.breaker = breaker;
        this.extra = extra;
        this.latencies = latencies;
        this.random = random;
    }

    /// Returns the state of a downstream of which nothing is known yet.
    public static DownstreamState of(DownstreamConfig config) {
        return of(config, () -> ThreadLocalRandom.current().nextLong());
    }

    /// Returns the state of a downstream of which nothing is known yet.
    ///
    /// @param random where the jitter of pauses comes from; must be safe for the threads that call
    public static DownstreamState of(DownstreamConfig config, RandomGenerator random) {
        return new DownstreamState(config, PermitPool.of(config), breaker(config), extra(config.extra()),
                latencies(config.hedge()), random);
    }

    /// Returns the state under another configuration: what that leaves as it is, is shared with this one,
    /// which those who still have it go on using. At another URL is another downstream, of which nothing is
    /// known.
    public DownstreamState next(DownstreamConfig config) {
        DownstreamConfig old = this.config;
        if (!old.url().equals(config.url())) return of(config, random);
        boolean sameLimits = old.maxConnections() == config.maxConnections()
                && Objects.equals(old.adaptiveLimit(), config.adaptiveLimit());
        return new DownstreamState(config,
                sameLimits ? capacity : PermitPool.of(config),
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

    /* --- For gauges --- */

    /// Returns how many calls may be under way at once now.
    public int limit() {
        return capacity.permits.total();
    }

    /// Returns how many calls are under way.
    public int inFlight() {
        return capacity.inFlight.get();
    }

    /// Returns how many calls wait for their turn.
    public int waiting() {
        return capacity.waiting.get();
    }

    /// Returns how many extra calls retries and hedges may make at once now.
    public double extraTokens() {
        return extra.statistics().tokens();
    }

    /// Returns true if there are retries or hedges.
    public boolean hasExtra() {
        return config.retry() != null || config.hedge() != null;
    }

    /// Returns what the breaker does; null if there is none.
    public @Nullable BreakerState breakerState() {
        return breaker == null ? null : breaker.state();
    }

    /// Returns how long a good call takes; zero before the first.
    Duration typicalLatency() {
        return Duration.ofNanos(capacity.typical.nanos());
    }
}
