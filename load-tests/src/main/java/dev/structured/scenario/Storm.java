package dev.structured.scenario;

import dev.structured.scenario.Stage.Played;

/// A downstream that answers 503 to everything. How many more calls does it get because of that?
final class Storm implements Scenario {
    private static final double GOAL = 1.2;
    /// The budget's initial tokens: in a short run they exceed its share.
    private static final int BURST = 10;

    @Override
    public int rate() {
        return 200;
    }

    @Override
    public int seconds() {
        return 10;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        // Not warmed up: budgets and breakers must start fresh.
        Played none = stage.measured("/storm-none");
        Played unbounded = stage.measured("/storm-unbounded");
        Played budget = stage.measured("/storm-budget");
        Played breaker = stage.measured("/storm-breaker");
        Report report = new Report(
                "Retry storm: " + none.answers().count() + " requests at " + stage.rate()
                        + "/s each, to a downstream that only answers 503.",
                "", "calls", "per request", "p50 ms", "p99 ms");
        row(report, "no retries", none);
        row(report, "3 attempts, no budget", unbounded);
        row(report, "3 attempts, extra: 10%", budget);
        row(report, "... and a breaker", breaker);
        double most = GOAL + (double) BURST / none.answers().count();
        report.goal(Report.format("With the budget %.2f calls a request; goal 1.2", budget.callsEach()),
                budget.callsEach() <= GOAL, budget.callsEach() <= most);
        report.goal(Report.format("With the breaker %.2f; goal no more than that", breaker.callsEach()),
                breaker.callsEach() <= budget.callsEach(), false);
        return report;
    }

    private static void row(Report report, String name, Played played) {
        int status = 502;
        report.row(name, String.valueOf(played.calls()), Report.format("%.2f", played.callsEach()),
                Report.format("%.1f", played.answers().millis(status, 50)),
                Report.format("%.1f", played.answers().millis(status, 99)));
    }
}
