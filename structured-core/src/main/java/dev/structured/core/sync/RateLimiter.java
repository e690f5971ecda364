package dev.structured.core.sync;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Platform;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Limits how often something happens, for example to ten times a second. First come first served, on the
/// scheduler's clock.
///
/// ```java
/// RateLimiter limiter = new RateLimiter("mail server", 10, Duration.ofSeconds(1));
/// for (Mail mail : mails) {
///     limiter.acquire(); // every 100 ms
///     send(mail);
/// }
/// ```
///
/// Permits come at an even pace. Unused permits are kept, up to the *burst*: in a time in which the pace
/// yields *n* permits, at most *n* + burst are taken. A permit is used up when it is taken, and not given
/// back: use a [TaskSemaphore] or a [CapacityLimiter] to limit what goes on at the same time.
///
/// All tasks that use a limiter have to belong to schedulers with the same [platform][Scheduler#platform()],
/// whose clock it uses.
public final class RateLimiter {
    /*
     * This is the generic cell rate algorithm. `fullAt` is the time at which the kept permits will be the
     * whole burst again if none is taken before. Each permit moves it by one interval; a permit can be taken
     * as long as it is less than a burst ahead of now.
     *
     * The tasks that wait are in the queue of `turn`, and only its owner sleeps and takes. So a task that is
     * cancelled while it waits has reserved no permit that it would have to give back.
     */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final String label;
    private final int burst;
    private final long interval;
    private final long tolerance;
    private final TaskLock turn;

    /// All guarded by this.
    private int waiting;
    /// That of the first task that has asked; null before.
    private @Nullable Platform clock;
    private long fullAt;
    private long taken;

    /// Makes a limiter that keeps no permits: each is taken at least one interval after the last one.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param permits the number of permits that come in `per`
    /// @param per the time in which they come; positive
    /// @throws IllegalArgumentException if a figure is out of range
    public RateLimiter(@Nullable String name, int permits, Duration per) {
        this(name, permits, per, 1);
    }

    /// Makes a limiter, which starts with all the permits that it can keep.
    ///
    /// @param name shown in the task tree and in messages; null for none
    /// @param permits the number of permits that come in `per`
    /// @param per the time in which they come; positive, at most 100 years
    /// @param burst the largest number of unused permits that are kept; at least 1
    /// @throws IllegalArgumentException if a figure is out of range
    public RateLimiter(@Nullable String name, int permits, Duration per, int burst) {
        label = name == null ? "a rate limiter" : "rate limiter '" + name + "'";
        if (permits < 1)
            throw new IllegalArgumentException(label + " needs at least 1 permit, not " + permits);
        if (burst < 1)
            throw new IllegalArgumentException(label + " needs a burst of at least 1, not " + burst);
        if (!per.isPositive() || per.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    label + " gives permits in a positive time of at most 100 years, not " + per);
        }
        this.burst = burst;
        this.interval = Math.ceilDiv(per.toNanos(), permits);
        this.tolerance = burst - 1 > LONGEST.toNanos() / interval
                ? LONGEST.toNanos()
                : (burst - 1) * interval;
        this.turn = new TaskLock("next permit of " + label);
    }

    /// Takes a permit; waits until there is one and every task that came before has got one.
    /// **Checkpoint.** If it throws, no permit has been taken.
    ///
    /// @throws Cancelled if a scope around the task is cancelled before it gets a permit
    /// @throws IllegalStateException if the calling thread runs no task, or one by another clock
    public void acquire() {
        Checkpoints.quickCheckpoint();
        if (tryTake()) return;
        Wait.requireStack(); // for the end of the wait
        addWaiting(1);
        try {
            turn.run(this::awaitPermit);
        } finally {
            addWaiting(-1);
        }
    }

    /// Takes a permit if there is one and no task waits. **Not a checkpoint.**
    ///
    /// @return false if no permit was taken
    /// @throws IllegalStateException if the calling thread runs no task, or one by another clock
    public boolean tryAcquire() {
        return tryTake();
    }

    private synchronized boolean tryTake() {
        long now = now();
        return waiting == 0 && take(now) == 0;
    }

    private synchronized void addWaiting(int change) {
        waiting += change;
    }

    /// Sleeps until the next permit comes, and takes it. Called by the task whose turn it is.
    private void awaitPermit() {
        for (long left = takeNow(); left > 0; left = takeNow()) Checkpoints.sleep(Duration.ofNanos(left));
    }

    private synchronized long takeNow() {
        return take(now());
    }

    /// Returns the time by the limiter's clock, which is that of the first task that asks.
    private long now() {
        Platform mine = Scheduler.current().platform();
        if (clock == null) {
            clock = mine;
            fullAt = mine.nanoTime();
        }
        if (clock != mine) throw onOtherClock();
        return mine.nanoTime();
    }

    /// Takes a permit if there is one.
    ///
    /// @return 0, or the nanoseconds until the next permit comes
    private long take(long now) {
        if (fullAt - now < 0) fullAt = now;
        long left = fullAt - now - tolerance;
        if (left > 0) return left;
        fullAt += interval;
        taken++;
        return 0;
    }

    private IllegalStateException onOtherClock() {
        return new IllegalStateException("Task '" + Task.current().path() + "' cannot take a permit of "
                + label + ": its scheduler has another clock than that of the tasks that have used the"
                + " limiter before. Make a limiter for each clock.");
    }

    /// The statistics of a rate limiter at one moment.
    ///
    /// @param burst the number of permits that it can keep
    /// @param taken the number of permits that were taken
    /// @param waiting the number of tasks that wait for one
    public record Statistics(int burst, long taken, int waiting) {}

    /// Returns its statistics. **Thread-safe.**
    public synchronized Statistics statistics() {
        return new Statistics(burst, taken, waiting);
    }

    @Override
    public String toString() {
        return label;
    }
}
