package dev.structured.service.aggregate;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;

/// Measures one call, and knows whether its deadline stopped it. Uses the scheduler's time, so that it works
/// in virtual time.
///
/// @param deadline the earliest deadline that the call had when it began
public record Stopwatch(Scheduler scheduler, long began, Deadline deadline) {

    /// Starts a stopwatch. Must be called in a task.
    public static Stopwatch start() {
        Scheduler scheduler = Scheduler.current();
        return new Stopwatch(scheduler, scheduler.nanoTime(), Checkpoints.effectiveDeadline());
    }

    /// Returns the nanoseconds since the start.
    public long elapsed() {
        return scheduler.nanoTime() - began;
    }

    /// Returns true if the task is cancelled and its time is up: the time is then the reason, even if the
    /// task was also cancelled for another. A cancelled task has no deadline that could be asked for, so this
    /// uses the deadline at its beginning.
    public boolean isOutOfTime() {
        return !deadline.equals(Deadline.PASSED) && deadline.hasPassed() && Checkpoints.isCancelled();
    }
}
