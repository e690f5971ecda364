package dev.structured.core.combine;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Instrument;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Makes attempts one after the other, in the calling task, as a [RetryPolicy] says.
///
/// @param <T> the value
/// @param <X> the exceptions that an attempt may throw
final class Retry<T extends @Nullable Object, X extends Exception> {
    /// The largest number of earlier exceptions that are kept: there may be any number of attempts.
    private static final int MOST_EARLIER = 16;

    private final RetryPolicy policy;
    private final Fn<Integer, T, X> body;
    private final ArrayDeque<Exception> earlier = new ArrayDeque<>();

    Retry(RetryPolicy policy, Fn<Integer, T, X> body) {
        this.policy = policy;
        this.body = body;
    }

    T call() throws X {
        Checkpoints.quickCheckpoint();
        policy.extra().begin();
        for (int number = 1;; number++) {
            Duration pause;
            try {
                return attempt(number);
            } catch (Cancelled cancelled) {
                throw cancelled;
            } catch (Error error) {
                suppressEarlierIn(error);
                throw error;
            } catch (Exception thrown) {
                pause = pauseAfter(thrown, number);
                if (pause == null) throw thrown;
            }
            sleep(pause);
        }
    }

    /// The scope is never cancelled. It turns the exceptions of interrupted code into a cancellation, which
    /// is not retried.
    private T attempt(int number) throws X {
        return new CancelScope(name(number)).call(() -> body.apply(number)).orElseThrow();
    }

    private static String name(int number) {
        return number == 1 ? "attempt 1 (first)" : "attempt " + number + " (retry)";
    }

    /// Returns the pause before the next attempt, which is paid for; null if there is no next attempt. In
    /// that case the earlier exceptions, the reason, and exceptions of the policy's own functions are
    /// suppressed in the exception.
    private @Nullable Duration pauseAfter(Exception thrown, int failed) {
        try {
            return nextPause(thrown, failed);
        } catch (Cancelled cancelled) {
            cancelled.addSuppressed(thrown);
            throw cancelled;
        } catch (Throwable ofPolicy) {
            Instrument.suppressOrReport(thrown, ofPolicy);
            return end(thrown, "the policy has failed");
        }
    }

    private @Nullable Duration nextPause(Exception thrown, int failed) {
        Duration left = Checkpoints.remaining();
        if (left.isZero() || !policy.retries().test(thrown)) return end(thrown, null);
        if (failed >= policy.attempts()) return end(thrown, "all of them failed: " + failed);
        Duration pause = policy.pauseAfter(thrown, failed);
        if (pause == null) return end(thrown, "the policy names no pause");
        AttemptObserver.Refusal refusal = policy.extra().pay(pause, thrown);
        if (refusal != null) return end(thrown, words(refusal, pause, left));
        keep(thrown);
        return pause;
    }

    private static String words(AttemptObserver.Refusal refusal, Duration pause, Duration left) {
        return switch (refusal) {
            case BUDGET -> "the budget for extra attempts is empty";
            case NO_TIME ->
                "the next would begin after " + text(pause) + ", and the deadline is in " + text(left);
        };
    }

    private static String text(Duration duration) {
        boolean countable = duration.compareTo(ChronoUnit.DECADES.getDuration()) < 0;
        return countable ? duration.toMillis() + " ms" : duration.toString();
    }

    private @Nullable Duration end(Exception last, @Nullable String why) {
        suppressEarlierIn(last);
        if (why != null) Remarks.add(last, new RetryGaveUp("no more attempts: " + why));
        return null;
    }

    private void suppressEarlierIn(Throwable last) {
        for (Exception each : earlier) Instrument.suppressOrReport(last, each);
    }

    private void keep(Exception thrown) {
        if (earlier.size() == MOST_EARLIER) earlier.removeFirst();
        earlier.addLast(thrown);
    }

    private void sleep(Duration pause) {
        boolean slept = false;
        try {
            Checkpoints.sleep(pause);
            slept = true;
        } finally {
            if (!slept) policy.extra().refund();
        }
    }
}
