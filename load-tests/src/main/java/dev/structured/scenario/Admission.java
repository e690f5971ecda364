package dev.structured.scenario;

import dev.structured.core.Nursery;
import dev.structured.core.Task;
import java.net.http.HttpClient;
import java.time.Duration;

/// More load than a downstream can handle, without any setting for it in the file. How many pages are in
/// time, how long do they take, and how quick are refusals? And is a class affected by a lower one that asks
/// for twelve times the capacity?
final class Admission implements Scenario {
    private static final double CAPACITY = Downstream.WORKERS
            / (Downstream.WORK.toNanos() / (double) Duration.ofSeconds(1).toNanos());
    private static final String NORMAL = "/overload-normal";
    private static final String LOW = "/overload-low";
    private static final String CALLS = "/overload-shared";
    private static final int SHED = 503;

    private static final double GOODPUT = 0.95;
    private static final double BEARABLE_GOODPUT = 0.7;
    private static final double LONGEST = 2.5;
    /// A busy machine adds latency of its own.
    private static final double BEARABLE_LONGEST = 8;
    private static final double REFUSED_MILLIS = 5;
    private static final double BEARABLE_REFUSED_MILLIS = 100;
    /// Requests a second for a path that no route has.
    private static final int UNROUTED = 50;
    private static final double QUICK = 0.99;
    private static final double BEARABLE_QUICK = 0.5;
    private static final double GOOD_OF_HIGHER = 0.994;
    private static final double BEARABLE_OF_HIGHER = 0.9;
    private static final double OF_LOWER = 0.01;

    @Override
    public String routes() {
        return "admission";
    }

    @Override
    public int rate() {
        return (int) (3 * CAPACITY);
    }

    @Override
    public int seconds() {
        return 15;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        Stage half = stage.at((int) (CAPACITY / 2));
        Stage more = stage.at((int) (stage.rate() * 10 / 3.0));
        Stage flood = stage.at((int) (12 * CAPACITY));
        // The first overload does not count: during it the JVMs still compile what it needs.
        stage.warmUp(NORMAL);
        Answers alone = played(half, NORMAL);
        Overloaded three = measured(stage);
        Overloaded ten = measured(more);
        Answers[] classes = together(half, flood);
        Report report = new Report(Report.format("Admission: a downstream that can do %.0f/s, %.0f ms a call;"
                + " deadline 500 ms.", CAPACITY, work()), "", "a second", "good/s", "p50 ms", "p99 ms",
                "refused", "p99 ms", "other", "calls");
        row(report, "half of it", half, alone, alone.count());
        row(report, "three times", stage, three.answers(), three.calls());
        row(report, "ten times", more, ten.answers(), ten.calls());
        row(report, "half, normal, and", half, classes[0], 0);
        row(report, "... twelve times, low", flood, classes[1], 0);
        overload(report, "Three times", three, stage);
        overload(report, "Ten times", ten, more);
        classes(report, alone, classes[0], classes[1]);
        return report;
    }

    /// Plays a route whose calls have another name.
    private static Answers played(Stage stage, String path) throws Exception {
        stage.warmUp(path);
        return stage.measured(path).answers();
    }

    /// The result of a rate that the downstream cannot do.
    ///
    /// @param calls the calls that the downstream received
    /// @param unrouted the answers 404 of the same time, which take the service next to nothing: the times of
    ///        the machine and the generator
    /// @param within5 the share of the refusals that the service itself, from the first byte to the last,
    ///        made within 5 ms
    private record Overloaded(Answers answers, int calls, Answers unrouted, double within5) {}

    /// Measures from the first page of the overload on.
    private static Overloaded measured(Stage stage) throws Exception {
        int before = stage.downstream().calls(CALLS);
        String unrouted = stage.service().url() + "/nowhere";
        double[] counted = refusals(stage);
        return Nursery.call("overload", nursery -> {
            Task<Answers> nowhere = nursery.startSoon("unrouted",
                    () -> Arrivals.send(unrouted, UNROUTED, UNROUTED * stage.seconds()));
            Answers answers = stage.measured(NORMAL).answers();
            double[] now = refusals(stage);
            return new Overloaded(answers, stage.downstream().calls(CALLS) - before, nowhere.await(),
                    (now[0] - counted[0]) / (now[1] - counted[1]));
        });
    }

    /// Returns how many refusals took the service 5 ms at most, and how many there were.
    private static double[] refusals(Stage stage) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            Metrics metrics = Metrics.of(client, stage.service().admin());
            String status = "http_response_status_code=\"503\"";
            return new double[]{
                    metrics.sum("http_server_request_duration_seconds_bucket", status, "le=\"0.005\""),
                    metrics.sum("http_server_request_duration_seconds_count", status)};
        }
    }

    private static Answers[] together(Stage higher, Stage lower) throws Exception {
        return Nursery.call("classes", nursery -> {
            Task<Answers> low = nursery.startSoon("low", () -> lower.measured(LOW).answers());
            Answers normal = higher.measured(NORMAL).answers();
            return new Answers[]{normal, low.await()};
        });
    }

    private static double work() {
        return Downstream.WORK.toMillis();
    }

    private static void overload(Report report, String name, Overloaded played, Stage stage) {
        Answers answers = played.answers();
        double share = answers.count(200) / (CAPACITY * stage.seconds());
        report.goal(Report.format("%s: goodput %.0f %% of what is possible; goal 95", name, share * 100),
                share >= GOODPUT, share >= BEARABLE_GOODPUT);
        double longest = answers.millis(200, 99) / work();
        report.goal(Report.format("%s: p99 of good pages %.2f times the service time; goal 2.5", name,
                longest), longest <= LONGEST, longest <= BEARABLE_LONGEST);
        double refused = answers.millis(SHED, 99);
        report.goal(Report.format("%s: p99 of refusals %.1f ms (of 404 meanwhile: %.1f ms); goal 5", name,
                refused, played.unrouted.millis(404, 99)), refused < REFUSED_MILLIS,
                refused < BEARABLE_REFUSED_MILLIS);
        report.goal(Report.format("%s: %.2f %% of refusals within 5 ms, inside the service; goal 99", name,
                played.within5 * 100), played.within5 >= QUICK, played.within5 >= BEARABLE_QUICK);
        int begun = answers.count() - answers.count(SHED);
        report.goal(Report.format("%s: %d calls for %d pages that were begun", name, played.calls(), begun),
                played.calls() <= begun, played.calls() <= begun);
    }

    private static void classes(Report report, Answers alone, Answers normal, Answers low) {
        double good = (double) normal.count(200) / normal.count();
        report.goal(Report.format("Normal beside low: %.1f %% good; goal 99.4", good * 100),
                good >= GOOD_OF_HIGHER, good >= BEARABLE_OF_HIGHER);
        double ratio = normal.millis(200, 99) / alone.millis(200, 99);
        report.goal(Report.format("Normal beside low: p99 %.2f times that of alone; goal 1.5", ratio),
                ratio <= 1.5, ratio <= BEARABLE_LONGEST);
        double lower = (double) low.count(200) / low.count();
        report.goal(Report.format("Low: %.1f %% good; goal 1", lower * 100), lower >= OF_LOWER,
                lower >= OF_LOWER / 2);
    }

    private static void row(Report report, String name, Stage stage, Answers answers, int calls) {
        int good = answers.count(200);
        int shed = answers.count(SHED);
        report.row(name, String.valueOf(stage.rate()),
                Report.format("%.0f", good / (double) stage.seconds()),
                Report.format("%.0f", answers.millis(200, 50)),
                Report.format("%.0f", answers.millis(200, 99)),
                String.valueOf(shed), Report.format("%.1f", answers.millis(SHED, 99)),
                String.valueOf(answers.count() - good - shed), calls == 0 ? "" : String.valueOf(calls));
    }
}
