package dev.structured.service.guard;

import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.OwnLag;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.DownstreamConfig;
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
    final DownstreamLoad load;
    final @Nullable Breaker breaker;
    final ExtraCalls extra;

    private DownstreamState(DownstreamConfig config, PermitPool capacity, DownstreamLoad load,
            @Nullable Breaker breaker, ExtraCalls extra) {
        this.config = config;
        this.capacity = capacity;
        this.load = load;
        this.breaker = breaker;
        this.extra = extra;
    }

    /// Returns the state of a downstream that was never called.
    public static DownstreamState of(DownstreamConfig config) {
        return of(config, OwnLag.ZERO);
    }

    /// Returns the state of a downstream that was never called.
    ///
    /// @param lag how late the service's own tasks are
    public static DownstreamState of(DownstreamConfig config, OwnLag lag) {
        return of(config, lag, () -> ThreadLocalRandom.current().nextLong());
    }

    /// Returns the state of a downstream that was never called.
    ///
    /// @param random the source of the jitter of pauses; must be thread-safe
    public static DownstreamState of(DownstreamConfig config, RandomGenerator random) {
        return of(config, OwnLag.ZERO, random);
    }

    private static DownstreamState of(DownstreamConfig config, OwnLag lag, RandomGenerator random) {
        return new DownstreamState(config, PermitPool.of(config), DownstreamLoad.of(config.name(), lag),
                breaker(config), ExtraCalls.of(config, random));
    }

    /// Returns the state under another configuration. Whatever the configuration does not change is shared
    /// with this state, which requests in flight go on using. A downstream that has no URL in
    /// common with it is another one, with a new state.
    public DownstreamState next(DownstreamConfig config) {
        DownstreamConfig old = this.config;
        if (!old.endpoints().overlaps(config.endpoints())) return of(config, load.lag(), extra.random());
        boolean sameLimits = old.maxConnections() == config.maxConnections()
                && Objects.equals(old.adaptiveLimit(), config.adaptiveLimit());
        return new DownstreamState(config, sameLimits ? capacity : PermitPool.of(config), load,
                Objects.equals(old.breaker(), config.breaker()) ? breaker : breaker(config),
                extra.next(old, config));
    }

    private static @Nullable Breaker breaker(DownstreamConfig config) {
        BreakerConfig breaker = config.breaker();
        return breaker == null ? null : new Breaker(config.name(), breaker);
    }

    /// Returns the bottleneck that the downstream is for the pages that need it.
    public Bottleneck bottleneck() {
        return load.bottleneck();
    }

    /// Returns true if no calls should be made in the background now: others wait for a permit, the breaker
    /// is open, or the downstream has more to do than it can.
    public boolean isBusy() {
        return waiting() > 0 || load.isShort() || breakerState() == BreakerState.OPEN;
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
        return extra.budget().statistics().tokens();
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
