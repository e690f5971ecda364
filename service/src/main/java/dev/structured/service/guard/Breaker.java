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

/// A circuit breaker: what stays of a [CircuitBreakingDownstream] when the configuration is read again.
/// Thread-safe.
///
/// The states are resilience4j's. It reads the time from a [Clock] only to know when it has been open for
/// long enough, and gets one of the scheduler's time: so no jump of the wall clock opens or closes it.
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

    /// Called by the breaker just before it opens. Returns for how many milliseconds.
    private long open() {
        long now = Scheduler.current().nanoTime();
        long until = Math.max(now + openForNanos, Math.min(askedToWaitUntil, now + LONGEST * openForNanos));
        openUntil = until;
        return TimeUnit.NANOSECONDS.toMillis(until - now);
    }

    /// A downstream may ask for a longer pause than is configured, but not for any.
    private static final int LONGEST = 6;

    /* --- Calls --- */

    /// The leave to make one call, given by the breaker in one of its states.
    ///
    /// @param given the numbers of that state, by which it is known again
    record Permission(Metrics given) {}

    /// Asks for leave to make a call, which must come to an end by [#leave].
    ///
    /// @return null if there is none
    @Nullable
    Permission enter() {
        return breaker.tryAcquirePermission() ? new Permission(breaker.getMetrics()) : null;
    }

    /// A call has ended.
    ///
    /// One that began in an earlier state says nothing about the present one: the breaker would take it for
    /// one of its trials, or would get a trial back that it has never given.
    ///
    /// @param works whether the downstream works; null if the call says nothing about that
    void leave(Permission permission, @Nullable Boolean works, long nanos) {
        if (permission.given() != breaker.getMetrics()) return;
        if (works == null) breaker.releasePermission();
        else if (works) breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        else
            breaker.onError(nanos, TimeUnit.NANOSECONDS, new Failure());
    }

    /// What the breaker counts. It looks only whether there is one.
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure() {
            super("the downstream failed", null, false, false);
        }
    }

    /// The downstream asked not to be called for a while: if the breaker opens before that is over, it stays
    /// open as long.
    void askedToWait(Duration pause) {
        long until = Scheduler.current().nanoTime() + Math.min(pause.toNanos(), LONGEST * openForNanos);
        askedToWaitUntil = Math.max(askedToWaitUntil, until);
    }

    /// Returns how long it stays open at least; at least a millisecond.
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

    /// The scheduler's time in the form that the library asks for. Only differences mean anything.
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
