package dev.structured.service.guard;

import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;

/// The time of one call: how long it has taken, and whether it was stopped because its time was up. In the
/// scheduler's time, so it runs in virtual time and no wall clock matters.
///
/// @param deadline the earliest deadline that the call had when it began
record Stopwatch(Scheduler scheduler, long began, Deadline deadline) {

    /// Begins now. To be called in a task.
    static Stopwatch start() {
        Scheduler scheduler = Scheduler.current();
        return new Stopwatch(scheduler, scheduler.nanoTime(), Checkpoints.effectiveDeadline());
    }

    /// Returns the nanoseconds since it began.
    long elapsed() {
        return scheduler.nanoTime() - began;
    }

    /// Returns true if the task is cancelled and its time is up: the reason is then the time, whoever else
    /// wanted it stopped. A task that is cancelled has no deadline any more that could be asked for, hence
    /// the one of its beginning.
    boolean isOutOfTime() {
        return !deadline.equals(Deadline.PASSED) && deadline.hasPassed() && Checkpoints.isCancelled();
    }
}
