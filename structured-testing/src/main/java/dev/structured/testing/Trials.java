package dev.structured.testing;

import dev.structured.core.Action;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs one body under many schedules, one after the other, and simplifies the first that fails.
final class Trials {
    private final Action<Simulation, ?> body;
    private final long mostDecisions = Settings.current().decisions();
    /// The trial that runs now, for the guard.
    private volatile @Nullable Trial current;
    private volatile boolean stopped;

    Trials(Action<Simulation, ?> body) {
        this.body = body;
    }

    /// Runs the seeds from `first` on.
    ///
    /// @throws SimulationFailedError if one fails
    SimulationReport run(long first, long seeds) {
        Set<Long> orders = new HashSet<>();
        long decisions = 0;
        long switches = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            Trial trial = run(seed, new SeededSchedule(seed), false);
            Throwable failure = trial.failure();
            if (failure != null) throw shrunk(trial, failure, seed - first + 1);
            decisions += trial.baton.steps();
            switches += trial.choices().size();
            orders.add(trial.baton.order());
        }
        return new SimulationReport(seeds, decisions, switches, orders.size());
    }

    /// Runs one schedule, and returns its trace.
    ///
    /// @throws SimulationFailedError if it fails
    String replay(long seed, Schedule schedule) {
        Trial trial = run(seed, schedule, true);
        Throwable failure = trial.failure();
        if (failure != null) throw new SimulationFailedError(failure, trial, trial, 1);
        return trial.trace();
    }

    private Trial run(long seed, Schedule schedule, boolean traced) {
        return run(seed, schedule, mostDecisions, traced);
    }

    private Trial run(long seed, Schedule schedule, long most, boolean traced) {
        Trial trial = new Trial(body, seed, schedule, most, traced);
        current = trial;
        return trial.run();
    }

    private SimulationFailedError shrunk(Trial failed, Throwable failure, long seeds) {
        // A trial that blocks for real would do so at every attempt.
        boolean blocks = stopped
                || (failure instanceof Finding finding && finding.kind == Finding.Kind.REAL_BLOCKING);
        if (blocks) return new SimulationFailedError(failure, failed, failed, seeds);
        // An attempt that takes far longer fails in another way: it spins, waiting for a thread that cannot
        // go on.
        long most = Math.min(mostDecisions, 100 + 5 * failed.baton.steps());
        Choices fewest = new Shrinker(failed.choices(), choices -> {
            Trial attempt = run(failed.seed, choices.replayed(), most, false);
            return new Shrinker.Result(attempt.choices(), attempt.baton.steps(), attempt.failedLike(failure));
        }).shrink();
        Trial shown = run(failed.seed, fewest.replayed(), true);
        Throwable last = shown.failure();
        if (last == null) { // the body depends on something that is not in the simulation
            return new SimulationFailedError(failure, failed, failed, seeds);
        }
        return new SimulationFailedError(last, failed, shown, seeds);
    }

    /// Returns a number that changes while the simulation makes progress. **Thread-safe**, but the number may
    /// be old.
    long progress() {
        Trial trial = current;
        return trial == null ? 0 : 31L * System.identityHashCode(trial) + trial.baton.steps();
    }

    /// Makes the thread that has the baton fail. **Thread-safe.**
    void stop(String why) {
        stopped = true;
        Trial trial = current;
        if (trial != null) trial.baton.stopBlocked(why);
    }

    @Nullable
    Trial current() {
        return current;
    }
}
