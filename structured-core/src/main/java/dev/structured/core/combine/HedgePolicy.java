package dev.structured.core.combine;

import java.time.Duration;

/// When a further attempt is made beside those that are still running, and how many there may be.
///
/// @param attempts how many at most, the first included; at least 1
/// @param delay after which the next attempt starts if none has answered; not negative. Zero starts all at
///     once
/// @param budget that pays for every attempt but the first; shared with other calls, and with retries
public record HedgePolicy(int attempts, Duration delay, Budget budget) {
    /// Checks the figures.
    ///
    /// @throws IllegalArgumentException if one is out of range
    public HedgePolicy {
        if (attempts < 1)
            throw new IllegalArgumentException("attempts must be at least 1, for the first: " + attempts);
        if (delay.isNegative()) throw new IllegalArgumentException("delay must not be negative: " + delay);
    }

    /// Returns a policy without a budget: every call may make all its attempts.
    ///
    /// @throws IllegalArgumentException if a figure is out of range
    public static HedgePolicy of(int attempts, Duration delay) {
        return new HedgePolicy(attempts, delay, Budget.unlimited());
    }

    /// Returns this policy with another budget.
    public HedgePolicy withBudget(Budget budget) {
        return new HedgePolicy(attempts, delay, budget);
    }
}
