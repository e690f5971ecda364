package dev.structured.core.combine;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Whether and when something that failed is attempted again.
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
/// @param attempts how many at most, the first included; at least 1
/// @param base the longest pause before the first retry; positive
/// @param cap the longest pause before any retry; not shorter than `base`
/// @param retries which exceptions are worth another attempt; it is never asked about a cancellation or an
///     [Error]
/// @param namedPause the pause that an exception itself asks for (`Retry-After`), in place of a random one
///     and however long; null where it names none
/// @param budget that pays for every attempt but the first; shared with other calls, and with hedges
/// @param random where the jitter comes from
public record RetryPolicy(int attempts, Duration base, Duration cap, Predicate<? super Exception> retries,
        Function<? super Exception, ? extends @Nullable Duration> namedPause, Budget budget,
        RandomGenerator random) {
    /// Checks the figures.
    ///
    /// @throws IllegalArgumentException if one is out of range
    public RetryPolicy {
        if (attempts < 1)
            throw new IllegalArgumentException("attempts must be at least 1, for the first: " + attempts);
        if (!base.isPositive())
            throw new IllegalArgumentException("base, the first backoff, must be positive: " + base);
        if (cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "cap, the longest backoff, must not be shorter than base: " + cap + " < " + base);
        }
    }

    /// Returns a policy that attempts again after every exception, without a budget.
    ///
    /// @throws IllegalArgumentException if a figure is out of range
    public static RetryPolicy of(int attempts, Duration base, Duration cap) {
        RandomGenerator jitter = () -> ThreadLocalRandom.current().nextLong();
        return new RetryPolicy(attempts, base, cap, _ -> true, _ -> null, Budget.unlimited(), jitter);
    }

    /// Returns this policy for those exceptions only.
    public RetryPolicy retryIf(Predicate<? super Exception> retries) {
        return new RetryPolicy(attempts, base, cap, retries, namedPause, budget, random);
    }

    /// Returns this policy with pauses that exceptions ask for.
    public RetryPolicy withNamedPause(Function<? super Exception, ? extends @Nullable Duration> namedPause) {
        return new RetryPolicy(attempts, base, cap, retries, namedPause, budget, random);
    }

    /// Returns this policy with another budget.
    public RetryPolicy withBudget(Budget budget) {
        return new RetryPolicy(attempts, base, cap, retries, namedPause, budget, random);
    }

    /// Returns this policy with another source of jitter, which must be safe for the threads that use the
    /// policy.
    public RetryPolicy withRandom(RandomGenerator random) {
        return new RetryPolicy(attempts, base, cap, retries, namedPause, budget, random);
    }

    /// Returns the pause after an attempt has failed.
    ///
    /// @param failed how many have, this one included
    Duration pauseAfter(Exception error, int failed) {
        Duration named = namedPause.apply(error);
        if (named != null) return named.isNegative() ? Duration.ZERO : named;
        long bound = longestPause(failed);
        return Duration
                .ofNanos(bound == Long.MAX_VALUE ? random.nextLong(bound) : random.nextLong(bound + 1));
    }

    /// Returns `min(cap, base × 2ⁿ⁻¹)` in nanoseconds, at most [Long#MAX_VALUE].
    private long longestPause(int failed) {
        long first = nanos(base);
        long most = nanos(cap);
        int doublings = failed - 1;
        return doublings >= Long.numberOfLeadingZeros(first) - 1 ? most : Math.min(most, first << doublings);
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException beyond) {
            return Long.MAX_VALUE;
        }
    }
}
