package dev.structured.scenario;

import dev.structured.scenario.Stage.Played;

/// Three endpoints of one downstream, one of which is in trouble: how much does that affect pages of three
/// parts?
///
/// The endpoints are three paths of the same server, so they share its CPU, but have separate statistics.
final class Replicas implements Scenario {
    private static final double GOAL = 1.3;
    private static final double ROUND_ROBIN = 5;
    /// A busy machine adds latency of its own.
    private static final double BEARABLE = 2.5;
    private static final double SHARE = 0.01;
    /// The failures in a row that eject an endpoint, for each of the parts that are in flight.
    private static final int FIRST = 30;

    @Override
    public int rate() {
        return 100;
    }

    @Override
    public int seconds() {
        return 20;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        Played good = stage.play("/replicas-good/" + stage.usual());
        Played robin = stage.play("/replicas-robin/" + stage.usual());
        Played slow = stage.play("/replicas-slow/" + stage.usual());
        int before = stage.downstream().calls("/broken-c");
        Played broken = stage.measured("/replicas-broken/" + stage.usual());
        int failed = stage.downstream().calls("/broken-c") - before;
        Report report = new Report(
                "Replicas: " + good.answers().count() + " pages of three parts at " + stage.rate()
                        + "/s each, three endpoints that take " + stage.usual()
                        + " ms. Milliseconds of good answers.",
                "", "p50", "p90", "p99", "max", "incomplete");
        row(report, "all three are good", good);
        row(report, "one is 10x slower", slow);
        row(report, "the same, round robin", robin);
        row(report, "one answers 500 at once", broken);
        double ratio = p99(slow) / p99(good);
        report.goal(Report.format("A slow one makes p99 %.2f times as long; goal 1.3", ratio), ratio <= GOAL,
                ratio <= BEARABLE);
        double shown = p99(robin) / p99(good);
        report.goal(Report.format("With round robin %.2f times; it must be 5 at least", shown),
                shown >= ROUND_ROBIN,
                shown >= ratio);
        int calls = 3 * broken.answers().count();
        report.goal(Report.format("One that fails gets %.2f %% of the calls; goal 1", 100.0 * failed / calls),
                failed <= SHARE * calls, failed <= SHARE * calls + FIRST);
        return report;
    }

    private static void row(Report report, String name, Played played) {
        Answers answers = played.answers();
        report.row(name, millis(answers, 50), millis(answers, 90), millis(answers, 99), millis(answers, 100),
                String.valueOf(answers.count() - answers.count(200)));
    }

    private static double p99(Played played) {
        return played.answers().millis(200, 99);
    }

    private static String millis(Answers answers, double percentile) {
        return Report.format("%.1f", answers.millis(200, percentile));
    }
}
