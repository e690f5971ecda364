package dev.structured.testing;

/// Thrown when a simulation's body failed under a schedule. The cause is the failure.
public final class SimulationFailedError extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final long seeds;
    private final String schedule;
    private final String trace;
    private final int switches;
    private final int switchesBefore;

    SimulationFailedError(Throwable cause, Trial failed, Trial shown, long seeds) {
        super(words(cause, failed, shown, seeds), cause);
        this.seed = failed.seed;
        this.seeds = seeds;
        this.schedule = schedule(shown);
        this.trace = shown.trace();
        this.switches = shown.choices().size();
        this.switchesBefore = failed.choices().size();
    }

    private static String schedule(Trial trial) {
        return trial.seed + "@" + trial.choices();
    }

    private static String words(Throwable cause, Trial failed, Trial shown, long seeds) {
        return """
                Seed %d fails (%s): %s
                As found:  %d decisions, %s
                           Simulation.replay(%dL, body)
                Simplest:  %d decisions, %s
                           Simulation.replay("%s", body)
                %s""".formatted(failed.seed, seeds == 1 ? "the first that was tried" : seeds + " were tried",
                Words.of(cause),
                failed.baton.steps(), switches(failed), failed.seed, shown.baton.steps(), switches(shown),
                schedule(shown), shown.baton.trace == null ? "" : shown.baton.trace.shortened());
    }

    private static String switches(Trial trial) {
        int count = trial.choices().size();
        return count == 1 ? "1 switch" : count + " switches";
    }

    /// Returns the seed that failed.
    public long seed() {
        return seed;
    }

    /// Returns the number of seeds that were tried, including this one.
    public long seeds() {
        return seeds;
    }

    /// Returns the simplest schedule that was found to fail in the same way, for [Simulation#replay(String,
    /// Action)].
    public String schedule() {
        return schedule;
    }

    /// Returns the number of times that the simplest schedule chose a thread other than the running one.
    public int switches() {
        return switches;
    }

    /// Returns the same number as [#switches()] for the schedule as it was found.
    public int switchesBefore() {
        return switchesBefore;
    }

    /// Returns the trace of the simplest schedule, one line for each decision.
    public String trace() {
        return trace;
    }
}
