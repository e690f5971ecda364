package dev.structured.core.combine;

import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Nursery;
import org.jspecify.annotations.Nullable;

/// A race whose attempts start one after the other, as a [HedgePolicy] says.
///
/// @param <T> the value
final class Hedge<T extends @Nullable Object> {
    private final HedgePolicy policy;
    private final Fn<Integer, ? extends T, ?> body;
    private final Race<T> race;

    Hedge(HedgePolicy policy, Fn<Integer, ? extends T, ?> body, Discard<? super T> discard) {
        this.policy = policy;
        this.body = body;
        this.race = new Race<>("hedge", discard);
    }

    T call() {
        return race.run(this::startAttempts);
    }

    /// Each failure stands for one attempt that starts at once, so as many are running as without it.
    private void startAttempts(Nursery nursery) {
        policy.budget().deposit();
        int replaced = 0;
        for (int number = 1;; number++) {
            int attempt = number;
            race.start(nursery, "attempt " + attempt, () -> body.apply(attempt));
            if (number == policy.attempts()) return;
            if (race.awaitFailure(replaced, policy.delay())) replaced++;
            Checkpoints.checkCancelled(); // who has won meanwhile spends nothing more
            if (!policy.budget().tryWithdraw()) return;
        }
    }
}
