package dev.structured.scenario;

import dev.structured.scenario.Stage.Played;

/// The tail at scale: 1 % of the calls take a hundred times as long. What does a hedge for late calls gain,
/// and what does it cost? (After Dean and Barroso, "The Tail at Scale", 2013.)
final class Tail implements Scenario {
    private static final double GOAL = 10;
    /// A busy machine adds latency of its own, so the same is measured with calls that are all quick.
    private static final double BEARABLE = 5;
    private static final double OF_MACHINE = 2;
    private static final double EXTRA = 0.03;
    /// The budget's initial tokens: in a short run they exceed its share.
    private static final int BURST = 10;

    @Override
    public int rate() {
        return 250;
    }

    @Override
    public int seconds() {
        return 40;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        Played even = stage.play("/even-off/" + stage.usual());
        Played off = stage.play("/tail-off/" + stage.usual());
        Played on = stage.play("/tail-hedged/" + stage.usual());
        Report report = new Report(
                "Tail: " + off.answers().count() + " requests at " + stage.rate()
                        + "/s each; 1 % of the calls take "
                        + stage.usual() * Downstream.TIMES_SLOWER + " ms instead of " + stage.usual()
                        + ". Milliseconds of good answers.",
                "", "p50", "p90", "p99", "p99.9", "max", "extra calls", "not good");
        row(report, "no call is slow", even);
        row(report, "without hedging", off);
        row(report, "hedge: p98, extra: 3%", on);
        double cut = off.answers().millis(200, 99.9) / on.answers().millis(200, 99.9);
        boolean machine = on.answers().millis(200, 99.9) <= OF_MACHINE * even.answers().millis(200, 99.9);
        report.goal(Report.format("p99.9 is cut %.1f times; goal 10", cut), cut >= GOAL,
                cut >= BEARABLE || machine);
        double extra = on.callsEach() - 1;
        boolean within = extra <= EXTRA + (double) BURST / on.answers().count();
        report.goal(Report.format("%.2f %% extra calls; goal 3", extra * 100), extra <= EXTRA, within);
        boolean all = on.answers().count(200) >= off.answers().count(200);
        report.goal("No fewer good answers", all, false);
        return report;
    }

    private static void row(Report report, String name, Played played) {
        Answers answers = played.answers();
        report.row(name, millis(answers, 50), millis(answers, 90), millis(answers, 99), millis(answers, 99.9),
                millis(answers, 100), Report.format("%.2f %%", (played.callsEach() - 1) * 100),
                String.valueOf(answers.count() - answers.count(200)));
    }

    private static String millis(Answers answers, double percentile) {
        return Report.format("%.1f", answers.millis(200, percentile));
    }
}
