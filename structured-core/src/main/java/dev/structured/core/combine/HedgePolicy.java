package dev.structured.core.combine;

import java.time.Duration;
import java.util.function.Supplier;

/// Says when a further attempt is made beside those that are still running, and how many there may be.
///
/// ```java
/// HedgePolicy policy = HedgePolicy.of(2, Duration.ofMillis(80)).withBudget(budget);
/// Product product = Combine.hedge(policy, () -> catalog.get(id));
/// ```
///
/// Immutable.
public final class HedgePolicy {
    private final int attempts;
    private final Duration delay;
    private final boolean stopsOnFailure;
    private final ExtraAttempts extra;

    private HedgePolicy(int attempts, Duration delay, boolean stopsOnFailure, ExtraAttempts extra) {
        this.attempts = attempts;
        this.delay = delay;
        this.stopsOnFailure = stopsOnFailure;
        this.extra = extra;
    }

    /// Returns a policy without a budget: every call may make all its attempts.
    ///
    /// @param attempts the largest number of attempts, including the first; at least 1
    /// @param delay the time after which the next attempt starts if none has answered; not negative. Zero
    ///     starts all at once
    /// @throws IllegalArgumentException if a figure is out of range
    public static HedgePolicy of(int attempts, Duration delay) {
        if (attempts < 1)
            throw new IllegalArgumentException("attempts must be at least 1, for the first: " + attempts);
        if (delay.isNegative()) throw new IllegalArgumentException("delay must not be negative: " + delay);
        return new HedgePolicy(attempts, delay, false, ExtraAttempts.UNLIMITED);
    }

    /// Returns this policy with a budget that pays for every attempt except the first. The budget may be
    /// shared with other calls, and with retries.
    public HedgePolicy withBudget(Budget budget) {
        return with(extra.with(budget));
    }

    /// Returns this policy for calls that have already made their deposit in the budget, such as calls within
    /// [Combine#retry].
    public HedgePolicy withoutDeposit() {
        return with(extra.withoutDeposit());
    }

    /// Returns this policy with a time that an extra attempt needs: it is not made if the deadline is nearer
    /// than that, since it could not answer in time.
    ///
    /// @param reserve called when the attempt is due; if it throws, no further attempt is made, and its
    ///     exception goes to [Instrument#errorDropped][dev.structured.core.Instrument#errorDropped]
    public HedgePolicy withReserve(Supplier<Duration> reserve) {
        return with(extra.with(reserve));
    }

    /// Returns this policy with an observer of the extra attempts that are not made.
    public HedgePolicy withObserver(AttemptObserver observer) {
        return with(extra.with(observer));
    }

    /// Returns this policy for servers that should be spared after a failure: when an attempt has failed, no
    /// further one starts, and those that are running may still win. Without this a failure starts the next
    /// attempt at once.
    public HedgePolicy stoppingOnFailure() {
        return new HedgePolicy(attempts, delay, true, extra);
    }

    private HedgePolicy with(ExtraAttempts extra) {
        return new HedgePolicy(attempts, delay, stopsOnFailure, extra);
    }

    int attempts() {
        return attempts;
    }

    Duration delay() {
        return delay;
    }

    boolean stopsOnFailure() {
        return stopsOnFailure;
    }

    ExtraAttempts extra() {
        return extra;
    }

    @Override
    public String toString() {
        return "HedgePolicy[" + attempts + " attempts, " + delay + "]";
    }
}
