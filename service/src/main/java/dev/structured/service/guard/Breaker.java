package dev.structured.service.guard;

import dev.structured.core.Scheduler;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.guard.GuardObserver.BreakerState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The circuit breaker of a downstream. It outlives the [CircuitBreakingDownstream] that uses it when the
/// configuration is reloaded. Thread-safe.
///
/// The states are resilience4j's. It reads a [Clock] only to decide whether it has been open for long enough,
/// and gets the scheduler's time as that clock, so that a jump of the wall clock neither opens nor closes it.
final class Breaker {
    private final String name;
    private final long openForNanos;
    private final CircuitBreaker breaker;
    private volatile GuardObserver observer = GuardObserver.NONE;
    private volatile long openUntil;
    private volatile long askedToWaitUntil;

    Breaker(String name, BreakerConfig config) {
        this.name = name;
        openForNanos = config.openFor().toNanos();
        breaker = CircuitBreaker.of(name, CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(config.window())
                .minimumNumberOfCalls(Math.min(config.minCalls(), config.window()))
                .failureRateThreshold((float) Math.max(0.01, config.failureRate().percent()))
                .permittedNumberOfCallsInHalfOpenState(config.trialCalls())
                .waitIntervalFunctionInOpenState(_ -> open())
                .clock(new Monotonic())
                .build());
        breaker.getEventPublisher()
                .onStateTransition(change -> observer.breakerChanged(name,
                        state(change.getStateTransition().getToState())));
    }

    void observedBy(GuardObserver newObserver) {
        observer = newObserver;
    }

    /// Called by the breaker just before it opens. Returns the number of milliseconds that it stays open.
    private long open() {
        long now = Scheduler.current().nanoTime();
        long until = Math.max(now + openForNanos, Math.min(askedToWaitUntil, now + LONGEST * openForNanos));
        openUntil = until;
        return TimeUnit.NANOSECONDS.toMillis(until - now);
    }

    /// The longest pause that a downstream may ask for, as a multiple of the configured one.
    private static final int LONGEST = 6;

    /* --- Calls --- */

    /// The permission to make one call, given by the breaker in one of its states.
    ///
    /// @param given the metrics object of that state, which identifies the state
    record Permission(Metrics given) {}

    /// Asks for permission to make a call. Each permission must be given back by [#leave].
    ///
    /// @return null if the breaker refuses the call
    @Nullable
    Permission enter() {
        return breaker.tryAcquirePermission() ? new Permission(breaker.getMetrics()) : null;
    }

    /// Gives back a permission when the call has ended.
    ///
    /// A call that began in an earlier state is ignored. Otherwise the breaker would count it as one of its
    /// trials, or would get back a trial that it never gave.
    ///
    /// @param works true if the downstream works; null if the call does not tell
    void leave(Permission permission, @Nullable Boolean works, long nanos) {
        if (permission.given() != breaker.getMetrics()) return;
        if (works == null) breaker.releasePermission();
        else if (works) breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        else
            breaker.onError(nanos, TimeUnit.NANOSECONDS, new Failure());
    }

    /// The failure that the breaker counts. The breaker does not look at it.
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure() {
            super("the downstream failed", null, false, false);
        }
    }

    /// Records that the downstream asked not to be called for a while. If the breaker opens during that time,
    /// it stays open until its end.
    void askedToWait(Duration pause) {
        long until = Scheduler.current().nanoTime() + Math.min(pause.toNanos(), LONGEST * openForNanos);
        askedToWaitUntil = Math.max(askedToWaitUntil, until);
    }

    /// Returns the shortest time that it will stay open; at least a millisecond.
    Duration timeLeft() {
        long left = openUntil - Scheduler.current().nanoTime();
        return Duration.ofNanos(Math.clamp(left, 1_000_000, LONGEST * openForNanos + 1_000_000));
    }

    BreakerState state() {
        return state(breaker.getState());
    }

    private static BreakerState state(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.CLOSED;
        };
    }

    @Override
    public String toString() {
        return "Breaker[" + name + " " + state() + "]";
    }

    /// The scheduler's time as a [Clock]. Only differences between its instants have a meaning.
    private static final class Monotonic extends Clock {
        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(Scheduler.current().nanoTime());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
