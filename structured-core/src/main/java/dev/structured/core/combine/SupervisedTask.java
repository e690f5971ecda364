package dev.structured.core.combine;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The runs of one task of a [Supervisor], one after the other, all in that task.
///
/// ```
///   RUNS ── returns ──▶ ended
///    │ ▲
///    │ └── the pause is over ── PAUSES
///    └── throws an exception ────▲ └── too often, not worth it, or cancelled ──▶ given up
/// ```
final class SupervisedTask {
    /// The largest number of earlier failures that are kept: the policy may allow any number.
    private static final int MOST_EARLIER = 16;

    private final String name;
    private final Body<?> body;
    private final RestartPolicy policy;
    private final Consumer<Exception> giveUp;
    private final Scheduler scheduler = Scheduler.current();
    /// The times of the failures that count, the oldest first.
    private final ArrayDeque<Long> failedAt = new ArrayDeque<>();
    /// The latest of these failures: as many as are kept, and the last.
    private final ArrayDeque<Exception> latest = new ArrayDeque<>();
    private int restarts;

    /// @param giveUp called with the last failure of a task that is not restarted
    SupervisedTask(String name, Body<?> body, RestartPolicy policy, Consumer<Exception> giveUp) {
        this.name = name;
        this.body = body;
        this.policy = policy;
        this.giveUp = giveUp;
    }

    void run() {
        while (true) {
            Exception failure = runOnce();
            if (failure == null) return;
            Duration pause = failed(failure);
            if (pause == null) {
                Checkpoints.checkCancelled(); // the failure is kept, and a cancelled task ends as cancelled
                return;
            }
            Checkpoints.sleep(pause);
            Task.current().note("restarts", Integer.toString(++restarts));
        }
    }

    /// The scope is never cancelled. It turns the exceptions of interrupted code into a cancellation, after
    /// which there is no restart.
    private @Nullable Exception runOnce() {
        try {
            new CancelScope("supervised run").run(body);
            return null;
        } catch (Exception thrown) {
            return thrown;
        }
    }

    /// Returns the pause before the next run; null if the task has been given up.
    private @Nullable Duration failed(Exception thrown) {
        long now = scheduler.nanoTime();
        forgetBefore(now - NANOSECONDS.convert(policy.window()));
        failedAt.addLast(now);
        latest.addLast(thrown);
        if (latest.size() > MOST_EARLIER + 1) latest.removeFirst();
        // A task that is cancelled runs no more: what it throws on its way out is its last failure.
        Duration pause = Checkpoints.isCancelled() ? null : pauseAfter(thrown);
        tell(thrown, pause);
        if (pause == null) giveUp.accept(withEarlier(thrown));
        return pause;
    }

    private void forgetBefore(long time) {
        while (!failedAt.isEmpty() && failedAt.peekFirst() < time)
            failedAt.removeFirst();
        while (latest.size() > failedAt.size())
            latest.removeFirst();
    }

    private @Nullable Duration pauseAfter(Exception thrown) {
        RetryPolicy retry = policy.retry();
        try {
            if (failedAt.size() >= retry.attempts() || !retry.retries().test(thrown)) return null;
            return retry.pauseAfter(thrown, failedAt.size());
        } catch (Cancelled cancelled) {
            cancelled.addSuppressed(thrown);
            throw cancelled;
        } catch (Throwable ofPolicy) {
            Instrument.suppressOrReport(thrown, ofPolicy);
            return null;
        }
    }

    private void tell(Exception thrown, @Nullable Duration pause) {
        try {
            policy.observer().failed(name, thrown, pause);
        } catch (Cancelled cancelled) {
            cancelled.addSuppressed(thrown);
            throw cancelled;
        } catch (Throwable ofObserver) {
            Instrument.suppressOrReport(thrown, ofObserver);
        }
    }

    private Exception withEarlier(Exception last) {
        for (Exception earlier : latest) {
            if (earlier != last) Instrument.suppressOrReport(last, earlier);
        }
        return last;
    }
}
