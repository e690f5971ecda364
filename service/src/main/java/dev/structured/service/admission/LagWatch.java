package dev.structured.service.admission;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import java.time.Duration;

/// Measures how late the tasks of this process run.
public final class LagWatch {
    private static final Duration TICK = Duration.ofNanos(LagLimit.TICK_NANOS);

    private LagWatch() {}

    /// Sleeps again and again, and reports to a limit by how much each sleep was too long. Must be called in
    /// a task. Runs until it is cancelled. **Checkpoint.**
    ///
    /// @param service the bottleneck of the limit
    public static void run(LagLimit limit, Bottleneck service) {
        Scheduler scheduler = Scheduler.current();
        while (true) {
            long due = scheduler.nanoTime() + TICK.toNanos();
            limit.due(due);
            Checkpoints.sleep(TICK);
            long now = scheduler.nanoTime();
            limit.lag(now, Math.max(0, now - due), service.inFlight());
        }
    }
}
