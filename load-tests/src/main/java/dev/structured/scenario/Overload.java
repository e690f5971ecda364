package dev.structured.scenario;

import dev.structured.scenario.Stage.Played;
import java.time.Duration;

/// Three times the load that the downstream can handle. How many of its answers come in time?
final class Overload implements Scenario {
    private static final double CAPACITY = Downstream.WORKERS
            / (Downstream.WORK.toNanos() / (double) Duration.ofSeconds(1).toNanos());
    /// The deadline in routes.yaml. Calls that wait when the last request has come still count.
    private static final double DEADLINE_SECONDS = 0.5;
    private static final double GOAL = 0.9;
    private static final double BEARABLE = 0.7;

    @Override
    public int rate() {
        return (int) (3 * CAPACITY);
    }

    @Override
    public int seconds() {
        return 20;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        Played off = stage.play("/overload-fixed");
        Played on = stage.play("/overload-adaptive");
        Report report = new Report(
                Report.format("Overload: %d requests at %d/s each, to a downstream that can do %.0f/s;"
                        + " deadline 500 ms.", off.answers().count(), stage.rate(), CAPACITY),
                "", "good/s", "of possible", "p50 ms", "p99 ms", "shed (503)", "late (504)", "other",
                "calls");
        row(report, "maxConnections: 500", off, stage);
        row(report, "... and adaptiveLimit", on, stage);
        double share = share(on, stage);
        report.goal(Report.format("Goodput %.0f %% of what is possible; goal 90", share * 100), share >= GOAL,
                share >= BEARABLE);
        return report;
    }

    private static double share(Played played, Stage stage) {
        double possible = Math.min(CAPACITY * (stage.seconds() + DEADLINE_SECONDS), played.answers().count());
        return played.answers().count(200) / possible;
    }

    private static void row(Report report, String name, Played played, Stage stage) {
        Answers answers = played.answers();
        int good = answers.count(200);
        int shed = answers.count(503);
        int late = answers.count(504);
        report.row(name, Report.format("%.0f", good / (stage.seconds() + DEADLINE_SECONDS)),
                Report.format("%.0f %%", share(played, stage) * 100),
                Report.format("%.0f", answers.millis(200, 50)),
                Report.format("%.0f", answers.millis(200, 99)),
                String.valueOf(shed), String.valueOf(late),
                String.valueOf(answers.count() - good - shed - late),
                String.valueOf(played.calls()));
    }
}
