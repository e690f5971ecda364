package dev.structured.service.guard;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.Event;
import dev.structured.service.aggregate.Call;
import dev.structured.service.guard.GuardObserver.Attempt;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One call whose first attempt gets company if it is late.
///
/// The first attempt runs on the caller's task. Beside it one task waits until it is late, and starts further attempts,
/// each a task of its own. Usually there are none: that one task is what hedging costs a call that is in time.
final class HedgedAttempts {
    private final RetryingDownstream attempts;
    private final Call call;
    private final Duration delay;
    private final int most;
    private final Event trouble = new Event("an attempt to fail");

    /// All guarded by this.
    private int running = 1;
    private int sent = 1;
    private @Nullable AttemptResult result;
    private boolean hedgeWon;

    /// @param delay after which another attempt is made if none has come to anything
    /// @param most how many attempts may be under way
    HedgedAttempts(RetryingDownstream attempts, Call call, Duration delay, int most) {
        this.attempts = attempts;
        this.call = call;
        this.delay = delay;
        this.most = most;
    }

    /// Returns the first usable answer, or else what the last attempt came to. When this returns or throws, every attempt
    /// has ended.
    RetryingDownstream.Attempted run() {
        Nursery.run("attempts", nursery -> {
            nursery.startSoon("hedging", () -> hedgeWhenLate(nursery));
            CancelScope.create(RetryingDownstream.title(1, Attempt.FIRST))
                    .run(() -> ended(nursery, attempts.timed(call), false));
        });
        return attempted();
    }

    private RetryingDownstream.Attempted attempted() {
        AttemptResult ending;
        int all;
        boolean won;
        synchronized (this) {
            ending = result;
            all = sent;
            won = hedgeWon;
        }
        if (ending == null) {
            Checkpoints.checkCancelled();
            throw new IllegalStateException("RetryingDownstream have ended without having come to anything");
        }
        if (won) attempts.hedgeWon();
        return new RetryingDownstream.Attempted(ending, all);
    }

    private void hedgeWhenLate(Nursery nursery) {
        for (int number = 2; number <= most; number++) {
            Timeouts.moveOnAfter(delay, trouble::await);
            Checkpoints.checkCancelled();
            if (isDecided() || !attempts.mayHedge()) return;
            if (!begin()) {
                attempts.refund();
                return;
            }
            nursery.startSoon(RetryingDownstream.title(number, Attempt.HEDGE),
                    () -> ended(nursery, attempts.send(call, Attempt.HEDGE), true));
        }
    }

    /// Returns true once an attempt has come to something. If that is a failure the rest may still answer, but the
    /// downstream is in trouble and gets no more.
    private synchronized boolean isDecided() {
        return result != null;
    }

    private synchronized boolean begin() {
        if (result != null) return false;
        running++;
        sent++;
        return true;
    }

    private void ended(Nursery nursery, AttemptResult ending, boolean hedge) {
        if (note(ending, hedge)) nursery.scope().cancel("an attempt has answered, or none is left");
        else
            trouble.set();
    }

    private synchronized boolean note(AttemptResult ending, boolean hedge) {
        running--;
        if (result == null || !result.isFinal()) {
            result = ending;
            hedgeWon = hedge && ending.isFinal();
        }
        return ending.isFinal() || running == 0;
    }
}
