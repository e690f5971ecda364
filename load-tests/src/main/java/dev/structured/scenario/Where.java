package dev.structured.scenario;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
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

/// Thousands of requests in flight, and looks at where they are. Is each counted once, and are they as many
/// as the gauge of active requests says? A tick has the gauge before and after the look; the look may be off
/// by requests that began while others ended.
final class Where implements Scenario {
    private static final int IN_FLIGHT = 8_000;
    /// What a process needs besides two descriptors a request.
    private static final int OTHER_DESCRIPTORS = 4_000;
    private static final Duration BETWEEN = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAIR_SECONDS = 3;
    /// Less than the patience of clients.
    private static final int LONGEST_CALL_MILLIS = 12_000;
    /// The same for each second of the run: the time to get so far is no longer than what is measured.
    private static final int LONGEST_SHARE_MILLIS = 400;
    /// How far a look may be off: what happens while it is taken.
    private static final double OFF = 0.01;
    private static final String ENDED = "http_server_request_duration_seconds_count";
    private static final Pattern BEFORE = Pattern.compile("\"activeBefore\"\\s*:\\s*(\\d+)");
    private static final Pattern AFTER = Pattern.compile("\"activeAfter\"\\s*:\\s*(\\d+)");
    private static final Pattern TOTAL = Pattern.compile("\"total\"\\s*:\\s*(\\d+)");
    private static final Pattern WAITS = Pattern.compile("(?s)\"waits\"\\s*:\\s*\\[(.*?)]");
    private static final Pattern COUNT = Pattern.compile("\"count\"\\s*:\\s*(\\d+)");

    /// One look.
    ///
    /// @param total the requests that it counted
    /// @param before the requests that were active right before it
    /// @param after those that were active right after it
    /// @param waits the sum of what they wait for
    private record Look(int total, int before, int after, int waits, long nanos) {
        int off() {
            return Math.max(0, Math.max(Math.min(before, after) - total, total - Math.max(before, after)));
        }

        boolean isRight() {
            return waits == total && off() <= Math.max(10, OFF * total);
        }
    }

    /// The service's CPU a request, in microseconds.
    private record Pair(double alone, double viewed) {}

    @Override
    public String routes() {
        return "where";
    }

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
        return run(stage, stage.service());
    }

    /// Returns how many requests can be in flight, by the descriptors of this process.
    private static int inFlight() {
        long most = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 2L * IN_FLIGHT + OTHER_DESCRIPTORS;
        return (int) Math.max(100, Math.min(IN_FLIGHT, (most - OTHER_DESCRIPTORS) / 2));
    }

    private static Report run(Stage stage, Service service) throws Exception {
        int longest = Math.clamp((long) LONGEST_SHARE_MILLIS * stage.seconds(), 1_000, LONGEST_CALL_MILLIS);
        int millis = Math.clamp(1_000L * inFlight() / stage.rate(), 10, longest);
        int ramp = (millis + 999) / 1_000;
        String path = service.url() + "/even-where/" + millis;
        List<Look> looks = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        Answers answers = Nursery.call("where", nursery -> {
            Task<Answers> sent = nursery.startSoon("load",
                    () -> Arrivals.send(path, stage.rate(), (ramp + stage.seconds()) * stage.rate(),
                            inFlight()));
            try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
                Checkpoints.sleep(Duration.ofSeconds(ramp));
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(stage.seconds());
                while (System.nanoTime() < end) {
                    pairs.add(pair(client, service, stage.seconds()));
                    for (int i = 0; i < 12; i++) {
                        looks.add(look(client, service.admin()));
                        Checkpoints.sleep(BETWEEN);
                    }
                }
            }
            return sent.await();
        });
        return report(stage, millis, answers, looks, pairs);
    }

    private static Look look(HttpClient client, String admin) throws Exception {
        long began = System.nanoTime();
        String tick = text(client, admin + "/live/now");
        long took = System.nanoTime() - began;
        Matcher waits = WAITS.matcher(tick);
        int waiting = 0;
        while (waits.find())
            waiting += sum(COUNT, waits.group(1));
        return new Look(sum(TOTAL, tick), sum(BEFORE, tick), sum(AFTER, tick), waiting, took);
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
            nursery.startSoon("page", () -> view(service.admin()));
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

    private static void view(String admin) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(admin + "/live")).build();
            try (InputStream ticks = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                ticks.skip(Long.MAX_VALUE);
            } finally {
                client.shutdownNow();
            }
        }
    }

    private static Report report(Stage stage, int millis, Answers answers, List<Look> looks,
            List<Pair> pairs) {
        Report report = new Report(Report.format("Where: %d requests/s, %d ms a call; each look beside the "
                + "gauge.", stage.rate(), millis), "", "looks", "counted", "off by", "look ms");
        for (double share : new double[]{0.5, 1}) {
            report.row(share == 1 ? "most" : "median", String.valueOf(looks.size()),
                    String.valueOf(at(share, looks, Look::total)),
                    String.valueOf(at(share, looks, Look::off)),
                    Report.format("%.1f", at(share, looks, Look::nanos) / 1e6));
        }
        report.row("answers 200, others", "", String.valueOf(answers.count(200)),
                String.valueOf(answers.count() - answers.count(200)));
        double[] ratios = pairs.stream().mapToDouble(each -> each.viewed / each.alone - 1).sorted().toArray();
        report.row(Report.format("open page, CPU %+.1f %% (%+.1f to %+.1f, %d pairs)",
                ratios[ratios.length / 2] * 100, ratios[0] * 100, ratios[ratios.length - 1] * 100,
                ratios.length));
        long right = looks.stream().filter(Look::isRight).count();
        long same = looks.stream().filter(each -> each.off() == 0).count();
        report.goal(Report.format("%d of %d looks add up to the gauge within 1 %% (%d exactly)", right,
                looks.size(), same), right == looks.size(), right == looks.size());
        return report;
    }

    private static long at(double share, List<Look> looks, ToLongFunction<Look> what) {
        long[] sorted = looks.stream().mapToLong(what).sorted().toArray();
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
