package dev.structured.scenario;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.page.LiveViewer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ten thousand requests in flight, and looks at where they are. Is each counted once, and are they as many
/// as the counters of active requests say? A look counts the requests and reads the counters at the same
/// moment, so they are the same number, however many begin and end meanwhile.
final class Where implements Scenario {
    private static final Duration BETWEEN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAIR_SECONDS = 3;
    private static final String ENDED = "http_server_request_duration_seconds_count";
    private static final Pattern ACTIVE = Pattern.compile("\"active\"\\s*:\\s*(\\d+)");
    private static final Pattern TOTAL = Pattern.compile("\"total\"\\s*:\\s*(\\d+)");
    private static final Pattern WAITS = Pattern.compile("(?s)\"waits\"\\s*:\\s*\\[(.*?)]");
    private static final Pattern COUNT = Pattern.compile("\"count\"\\s*:\\s*(\\d+)");

    /// One look.
    ///
    /// @param total the requests that it counted
    /// @param active those that were active, by the counters
    /// @param waits the sum of what they wait for
    private record Look(int total, int active, int waits, long nanos) {
        boolean isRight() {
            return waits == total && active == total;
        }
    }

    /// The service's CPU a request, in microseconds.
    private record Pair(double alone, double viewed) {}

    @Override
    public int rate() {
        return 5_000;
    }

    @Override
    public int seconds() {
        return 30;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        try (Gathering gathering = Gathering.open(stage, "where")) {
            return run(stage, gathering);
        }
    }

    private static Report run(Stage stage, Gathering gathering) throws Exception {
        Duration time = gathering.ramp().plusSeconds(stage.seconds());
        gathering.warmUp();
        List<Look> looks = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        Nursery.run("where", nursery -> {
            nursery.startSoon("load", () -> gathering.send(time));
            try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
                Checkpoints.sleep(gathering.ramp());
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(stage.seconds());
                while (System.nanoTime() < end) {
                    pairs.add(pair(client, gathering.service(), stage.seconds()));
                    for (int i = 0; i < 12; i++) {
                        looks.add(look(client, gathering.service().admin()));
                        Checkpoints.sleep(BETWEEN);
                    }
                }
            }
        });
        gathering.crowd().awaitAnswers();
        return report(stage, gathering, looks, pairs);
    }

    private static Look look(HttpClient client, String admin) throws Exception {
        long began = System.nanoTime();
        String tick = text(client, admin + "/live/now");
        long took = System.nanoTime() - began;
        Matcher waits = WAITS.matcher(tick);
        int waiting = 0;
        while (waits.find())
            waiting += sum(COUNT, waits.group(1));
        return new Look(first(TOTAL, tick), first(ACTIVE, tick), waiting, took);
    }

    private static int first(Pattern number, String text) {
        Matcher found = number.matcher(text);
        if (!found.find()) throw new IllegalStateException("no " + number + " in " + text);
        return Integer.parseInt(found.group(1));
    }

    private static int sum(Pattern number, String text) {
        return number.matcher(text).results().mapToInt(each -> Integer.parseInt(each.group(1))).sum();
    }

    private static String text(HttpClient client, String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    /// Compares the service's CPU without and with a page that is open, one right after the other.
    private static Pair pair(HttpClient client, Service service, int seconds) throws Exception {
        Duration each = Duration.ofSeconds(Math.max(1, Math.min(PAIR_SECONDS, seconds / 4)));
        double alone = cpu(client, service, each);
        return Nursery.call("viewer", nursery -> {
            nursery.startSoon("page", () -> LiveViewer.watch(service.admin()));
            double viewed = cpu(client, service, each);
            nursery.scope().cancel("the page is closed");
            return new Pair(alone, viewed);
        });
    }

    private static double cpu(HttpClient client, Service service, Duration time) throws Exception {
        double before = Metrics.of(client, service.admin()).sum(ENDED);
        Duration used = service.cpu();
        Checkpoints.sleep(time);
        double micros = service.cpu().minus(used).toNanos() / 1e3;
        return micros / Math.max(1, Metrics.of(client, service.admin()).sum(ENDED) - before);
    }

    private static Report report(Stage stage, Gathering gathering, List<Look> looks, List<Pair> pairs) {
        Report report = new Report(Report.format("Where: %d requests/s over HTTP/2, %d ms a call.",
                stage.rate(), gathering.millis()), "", "looks", "counted", "look ms");
        for (double share : new double[]{0, 0.5, 1}) {
            report.row(share == 0 ? "least" : share == 1 ? "most" : "median", String.valueOf(looks.size()),
                    String.valueOf(at(share, looks, Look::total)),
                    Report.format("%.1f", at(share, looks, Look::nanos) / 1e6));
        }
        double[] ratios = pairs.stream().mapToDouble(each -> each.viewed / each.alone - 1).sorted().toArray();
        report.row(Report.format("open page, CPU %+.1f %% (%+.1f to %+.1f, %d pairs)",
                ratios[ratios.length / 2] * 100, ratios[0] * 100, ratios[ratios.length - 1] * 100,
                ratios.length));
        long right = looks.stream().filter(Look::isRight).count();
        report.goal(Report.format("%d of %d looks add up to the active requests", right, looks.size()),
                right == looks.size(), right == looks.size());
        long median = at(0.5, looks, Look::total);
        report.goal(Report.format("%d requests in flight at the median look, of %d", median,
                gathering.expected()), median >= 0.9 * gathering.expected(), true);
        gathering.goals(report);
        return report;
    }

    private static long at(double share, List<Look> looks, ToLongFunction<Look> what) {
        long[] sorted = looks.stream().mapToLong(what).sorted().toArray();
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
