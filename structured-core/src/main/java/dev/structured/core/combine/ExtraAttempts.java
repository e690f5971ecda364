package dev.structured.core.combine;

import dev.structured.core.Checkpoints;
import dev.structured.core.combine.AttemptObserver.Refusal;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The conditions under which a policy allows an attempt after the first.
///
/// @param budget null if extra attempts cost nothing
/// @param deposits whether each call puts the share of its first attempt into the budget
/// @param reserve the time that must be left until the deadline when an attempt begins
record ExtraAttempts(@Nullable Budget budget, boolean deposits, Supplier<Duration> reserve,
        AttemptObserver observer) {
    static final ExtraAttempts UNLIMITED = new ExtraAttempts(null, true, () -> Duration.ZERO, (_, _) -> {});

    ExtraAttempts with(Budget budget) {
        return new ExtraAttempts(budget, deposits, reserve, observer);
    }

    ExtraAttempts withoutDeposit() {
        return new ExtraAttempts(budget, false, reserve, observer);
    }

    ExtraAttempts with(Supplier<Duration> reserve) {
        return new ExtraAttempts(budget, deposits, reserve, observer);
    }

    ExtraAttempts with(AttemptObserver observer) {
        return new ExtraAttempts(budget, deposits, reserve, observer);
    }

    void begin() {
        if (deposits && budget != null) budget.deposit();
    }

    void refund() {
        if (budget != null) budget.refund();
    }

    /// Pays for an extra attempt that begins after a pause.
    ///
    /// @param failure the exception of the attempt before; null for a hedge
    /// @return null if the attempt is paid for; otherwise the reason why it is not made, of which the
    ///     observer has been notified
    @Nullable
    Refusal pay(Duration pause, @Nullable Exception failure) {
        Duration left = Checkpoints.remaining();
        Refusal refusal = null;
        if (pause.compareTo(left) >= 0 || reserve.get().compareTo(left.minus(pause)) >= 0) {
            refusal = Refusal.NO_TIME;
        } else if (budget != null && !budget.tryWithdraw()) {
            refusal = Refusal.BUDGET;
        }
        if (refusal != null) observer.extraRefused(refusal, failure);
        return refusal;
    }
}
