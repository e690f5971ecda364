package dev.structured.core.combine;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Says whether and when a failed attempt is made again.
///
/// ```java
/// RetryPolicy policy = RetryPolicy.of(5, Duration.ofMillis(50), Duration.ofSeconds(2))
///         .retryIf(e -> e instanceof IOException)
///         .withBudget(budget);
/// String answer = Combine.retry(policy, () -> client.get(url));
/// ```
///
/// The pause before retry number *n* is random, between 0 and `min(cap, base × 2ⁿ⁻¹)`: exponential backoff
/// with "full jitter", as in Marc Brooker's article in the AWS Architecture Blog. Clients that failed
/// together then come back spread out.
///
/// Immutable.
public final class RetryPolicy {
    private final int attempts;
    private final Duration base;
    private final Duration cap;
    private final Predicate<? super Exception> retries;
    private final BiFunction<? super Exception, ? super Duration, ? extends @Nullable Duration> pause;
    private final RandomGenerator random;
    private final ExtraAttempts extra;

    private RetryPolicy(int attempts, Duration base, Duration cap, Predicate<? super Exception> retries,
            BiFunction<? super Exception, ? super Duration, ? extends @Nullable Duration> pause,
            RandomGenerator random, ExtraAttempts extra) {
        this.attempts = attempts;
        this.base = base;
        this.cap = cap;
        this.retries = retries;
        this.pause = pause;
        this.random = random;
        this.extra = extra;
    }

    /// Returns a policy that attempts again after every exception, without a budget.
    ///
    /// @param attempts the largest number of attempts, including the first; at least 1
    /// @param base the longest pause before the first retry; positive
    /// @param cap the longest pause before any retry; not shorter than `base`
    /// @throws IllegalArgumentException if a figure is out of range
    public static RetryPolicy of(int attempts, Duration base, Duration cap) {
        if (attempts < 1)
            throw new IllegalArgumentException("attempts must be at least 1, for the first: " + attempts);
        if (!base.isPositive())
            throw new IllegalArgumentException("base, the first backoff, must be positive: " + base);
        if (cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "cap, the longest backoff, must not be shorter than base: " + cap + " < " + base);
        }
        RandomGenerator jitter = () -> ThreadLocalRandom.current().nextLong();
        return new RetryPolicy(attempts, base, cap, _ -> true, (_, backoff) -> backoff, jitter,
                ExtraAttempts.UNLIMITED);
    }

    /// Returns this policy for exceptions that match the predicate only. The predicate is never called with a
    /// cancellation or an [Error].
    public RetryPolicy retryIf(Predicate<? super Exception> retries) {
        return new RetryPolicy(attempts, base, cap, retries, pause, random, extra);
    }

    /// Returns this policy with pauses that depend on the exception, such as the pause in a `Retry-After`
    /// header.
    ///
    /// @param pause called with the exception and the random backoff; returns the pause, or null for no
    ///     further attempt
    public RetryPolicy withPause(
            BiFunction<? super Exception, ? super Duration, ? extends @Nullable Duration> pause) {
        return new RetryPolicy(attempts, base, cap, retries, pause, random, extra);
    }

    /// Returns this policy with the pauses that exceptions ask for, however long, in place of random ones.
    ///
    /// @param namedPause returns null if the exception asks for none
    public RetryPolicy withNamedPause(
            Function<? super Exception, ? extends @Nullable Duration> namedPause) {
        return withPause((error, backoff) -> {
            Duration named = namedPause.apply(error);
            return named == null ? backoff : named;
        });
    }

    /// Returns this policy with another source of jitter, which must be thread-safe if several threads use
    /// the policy.
    public RetryPolicy withRandom(RandomGenerator random) {
        return new RetryPolicy(attempts, base, cap, retries, pause, random, extra);
    }

    /// Returns this policy with a budget that pays for every attempt except the first. The budget may be
    /// shared with other calls, and with hedges.
    public RetryPolicy withBudget(Budget budget) {
        return with(extra.with(budget));
    }

    /// Returns this policy for calls that have already made their deposit in the budget.
    public RetryPolicy withoutDeposit() {
        return with(extra.withoutDeposit());
    }

    /// Returns this policy with a time that an extra attempt needs: it is not made if the deadline would be
    /// nearer than that after the pause, since it could not answer in time.
    ///
    /// @param reserve called when the attempt before has failed
    public RetryPolicy withReserve(Supplier<Duration> reserve) {
        return with(extra.with(reserve));
    }

    /// Returns this policy with an observer of the extra attempts that are not made.
    public RetryPolicy withObserver(AttemptObserver observer) {
        return with(extra.with(observer));
    }

    private RetryPolicy with(ExtraAttempts extra) {
        return new RetryPolicy(attempts, base, cap, retries, pause, random, extra);
    }

    int attempts() {
        return attempts;
    }

    Predicate<? super Exception> retries() {
        return retries;
    }

    ExtraAttempts extra() {
        return extra;
    }

    /// Returns the pause after an attempt has failed; null if there is to be no further one.
    ///
    /// @param failed the number of attempts that have failed, including this one
    @Nullable
    Duration pauseAfter(Exception error, int failed) {
        long bound = longestPause(failed);
        long backoff = bound == Long.MAX_VALUE ? random.nextLong(bound) : random.nextLong(bound + 1);
        Duration chosen = pause.apply(error, Duration.ofNanos(backoff));
        return chosen != null && chosen.isNegative() ? Duration.ZERO : chosen;
    }

    /// Returns `min(cap, base × 2ⁿ⁻¹)` in nanoseconds, at most [Long#MAX_VALUE].
    private long longestPause(int failed) {
        long first = NANOSECONDS.convert(base);
        long most = NANOSECONDS.convert(cap);
        int doublings = failed - 1;
        return doublings >= Long.numberOfLeadingZeros(first) - 1 ? most : Math.min(most, first << doublings);
    }

    @Override
    public String toString() {
        return "RetryPolicy[" + attempts + " attempts, " + base + " to " + cap + "]";
    }
}
