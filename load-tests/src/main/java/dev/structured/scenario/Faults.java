package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.scenario.FaultyClient.Manner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Everything goes wrong at once: each part of each page may meet any fault, clients leave at any moment,
/// some send what is not HTTP, and the configuration changes every second. Is every request accounted for,
/// and does anything stay behind?
final class Faults implements Scenario {
    private static final long SEED = 20_260_101;
    private static final int WARM_SECONDS = 5;
    private static final int LONGEST_STAY_MILLIS = 300;
    private static final Duration BETWEEN_RELOADS = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration SETTLE = Duration.ofSeconds(20);
    private static final String COUNT = "http_server_request_duration_seconds_count";
    private static final String JUNK = String.join("\r\n", "GET /stay/ok/ok/ok HTTP/1.1", "Host: a",
            "Content-Length: one", "", "");

    /// What became of the requests of one run.
    private static final class Tally {
        final Map<Manner, AtomicInteger> offered = new EnumMap<>(Manner.class);
        final Map<Integer, AtomicInteger> read = new ConcurrentHashMap<>();
        final AtomicInteger junk = new AtomicInteger();
        final AtomicInteger junkTaken = new AtomicInteger();
        final AtomicInteger reloads = new AtomicInteger();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

        Tally() {
            for (Manner each : Manner.values()) offered.put(each, new AtomicInteger());
        }

        AtomicInteger counter(Manner manner) {
            return Objects.requireNonNull(offered.get(manner));
        }

        int offered(Manner manner) {
            return counter(manner).get();
        }

    }

    @Override
    public int rate() {
        return 500;
    }

    /// So long that 100,000 requests come.
    @Override
    public int seconds() {
        return 200;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        return run(stage, Path.of("target", "scenarios"));
    }

    /// @param folder the folder for the configuration and the log
    static Report run(Stage stage, Path folder) throws Exception {
        return Nursery.call("faults", nursery -> {
            FaultyDownstream downstream = FaultyDownstream.start(nursery);
            try (Service service = Service.start(downstream.url(), folder, "faults");
                    HttpClient client = HttpClient.newHttpClient()) {
                Report report = report(stage, service, downstream, client);
                nursery.scope().cancel("done");
                return report;
            }
        });
    }

    private static Report report(Stage stage, Service service, FaultyDownstream downstream, HttpClient client)
            throws Exception {
        play(service, client, stage.rate(), Math.min(WARM_SECONDS, stage.seconds()) * stage.rate(), SEED);
        awaitQuiet(service, client, downstream);
        Leftovers held = Leftovers.of(service, client);
        Metrics before = held.metrics();
        int calls = downstream.calls();
        Tally tally = play(service, client, stage.rate(), stage.seconds() * stage.rate(), SEED + 1);
        List<String> inFlight = awaitQuiet(service, client, downstream);
        Leftovers left = Leftovers.of(service, client);
        List<String> more = left.moreThan(held);
        Metrics after = left.metrics();

        Report report = new Report("Faults: " + stage.seconds() * stage.rate() + " clients at " + stage.rate()
                + "/s, " + FaultyDownstream.names().size() + " ways to answer, " + tally.reloads
                + " reloads, " + (downstream.calls() - calls) + " calls.", "clients", "requests", "counted");
        for (Manner each : Manner.values()) {
            report.row(each.segment(), "" + tally.offered(each), Report.format("%.0f",
                    counted(after, each, "") - counted(before, each, "")));
        }
        report.row("not HTTP", tally.junk.toString(), "");
        statuses(report, tally, before, after);
        equal(report, "Requests of clients that closed in order", tally.offered(Manner.LEAVE),
                counted(after, Manner.LEAVE, "") - counted(before, Manner.LEAVE, ""));
        double reset = counted(after, Manner.RESET, "") - counted(before, Manner.RESET, "");
        goal(report, Report.format("Requests of clients that reset: %.0f counted of %d", reset,
                tally.offered(Manner.RESET)), reset <= tally.offered(Manner.RESET));
        double broken = 0;
        for (Manner each : Manner.values()) broken += pages(after, each, "http_response_status_code=\"500\"");
        goal(report, Report.format("%.0f pages of status 500; goal none", broken), broken == 0);
        goal(report, tally.junkTaken + " answers to what is not HTTP that are not 400; goal none",
                tally.junkTaken.get() == 0);
        goal(report, "Clients that failed: " + some(tally.failures), tally.failures.isEmpty());
        double swallowed = after.sum("structured_cancellations_swallowed_total");
        goal(report, Report.format("%.0f cancellations swallowed; goal none", swallowed), swallowed == 0);
        List<String> complaints = complaints(service);
        goal(report, "Errors and stuck tasks in the log: " + some(complaints), complaints.isEmpty());
        goal(report, "In flight when all clients have gone: " + some(inFlight), inFlight.isEmpty());
        goal(report, "More than when it was warm: " + some(more), more.isEmpty());
        return report;
    }

    /// Returns the lines of the service's log that tell of a fault of its own.
    private static List<String> complaints(Service service) throws IOException {
        try (Stream<String> lines = Files.lines(service.log(), UTF_8)) {
            return lines.filter(line -> line.contains(" ERROR ") || line.contains(" ago and goes on"))
                    .limit(5)
                    .toList();
        }
    }

    private static String some(Iterable<String> words) {
        String joined = String.join("; ", words);
        return joined.isEmpty() ? "none" : joined.substring(0, Math.min(joined.length(), 500));
    }

    /// A count allows for no noise.
    private static void goal(Report report, String what, boolean reached) {
        report.goal(what, reached, false);
    }

    private static void equal(Report report, String what, double expected, double actual) {
        goal(report, Report.format("%s: %.0f, counted by the service %.0f", what, expected, actual),
                expected == actual);
    }

    /// What the clients that stayed have read is what the service has counted, status by status.
    private static void statuses(Report report, Tally tally, Metrics before, Metrics after) {
        Map<Integer, AtomicInteger> read = new TreeMap<>(tally.read);
        int answers = 0;
        for (Map.Entry<Integer, AtomicInteger> each : read.entrySet()) {
            answers += each.getValue().get();
            String status = "http_response_status_code=\"" + each.getKey() + "\"";
            equal(report, "Answers of status " + each.getKey() + " that were read", each.getValue().get(),
                    counted(after, Manner.STAY, status) - counted(before, Manner.STAY, status));
        }
        equal(report, "Answers that were read, of " + tally.offered(Manner.STAY) + " requests", answers,
                counted(after, Manner.STAY, "") - counted(before, Manner.STAY, ""));
        goal(report, "Requests without an answer: " + (tally.offered(Manner.STAY) - answers) + "; goal 0",
                answers == tally.offered(Manner.STAY));
    }

    /// Returns the requests that the service has counted, of clients of a manner.
    private static double counted(Metrics metrics, Manner manner, String label) {
        return pages(metrics, manner, label)
                + metrics.sum(COUNT, "http_route=\"/passed/" + manner.segment() + "/", label);
    }

    private static double pages(Metrics metrics, Manner manner, String label) {
        return metrics.sum(COUNT, "http_route=\"/" + manner.segment() + "/", label);
    }

    /// Waits until nothing is in flight, for a bounded time.
    ///
    /// @return what still is
    private static List<String> awaitQuiet(Service service, HttpClient client, FaultyDownstream downstream)
            throws Exception {
        long end = System.nanoTime() + SETTLE.toNanos();
        while (true) {
            List<String> left = Leftovers.inFlight(Metrics.of(client, service.admin()),
                    downstream.open());
            if (left.isEmpty() || System.nanoTime() - end > 0) return left;
            Checkpoints.sleep(LOOK);
        }
    }

    private static Tally play(Service service, HttpClient client, int rate, int count, long seed)
            throws Exception {
        Tally tally = new Tally();
        int port = URI.create(service.url()).getPort();
        Nursery.run("load", load -> {
            load.startBackground("reloads", () -> reload(service, client, tally));
            Nursery.run("clients", clients -> {
                long began = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    long early = began + TimeUnit.SECONDS.toNanos(i) / rate - System.nanoTime();
                    if (early > 0) Checkpoints.sleep(Duration.ofNanos(early));
                    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                    clients.startSoon("client", () -> ask(port, random, tally));
                }
            });
        });
        return tally;
    }

    private static void ask(int port, SplittableRandom random, Tally tally) {
        try {
            int kind = random.nextInt(100);
            if (kind < 5) {
                junk(port, tally);
                return;
            }
            Manner manner = kind < 65 ? Manner.STAY : kind < 88 ? Manner.LEAVE : Manner.RESET;
            List<String> requests = requests(random, manner);
            List<Integer> read = FaultyClient.ask(port, String.join("", requests), manner,
                    Duration.ofMillis(random.nextInt(LONGEST_STAY_MILLIS)));
            tally.counter(manner).addAndGet(requests.size());
            for (int status : read)
                tally.read.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
        } catch (IOException e) {
            tally.failures.add(e.toString());
        }
    }

    private static void junk(int port, Tally tally) throws IOException {
        tally.junk.incrementAndGet();
        List<Integer> read = FaultyClient.ask(port, JUNK, Manner.STAY, Duration.ZERO);
        if (!read.equals(List.of(400))) tally.junkTaken.incrementAndGet();
    }

    /// Returns one request, or two that are sent at once by a client that stays.
    private static List<String> requests(SplittableRandom random, Manner manner) {
        List<String> requests = new ArrayList<>();
        if (manner == Manner.STAY && random.nextInt(10) == 0) requests.add(page(random, manner, ""));
        String close = "Connection: close\r\n";
        requests.add(random.nextInt(4) > 0 ? page(random, manner, close) : passed(random, manner, close));
        return requests;
    }

    private static String page(SplittableRandom random, Manner manner, String header) {
        return "GET /" + manner.segment() + "/" + fault(random) + "/" + fault(random) + "/" + fault(random)
                + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
    }

    private static String passed(SplittableRandom random, Manner manner, String header) {
        String path = "/passed/" + manner.segment() + "/" + fault(random);
        return switch (random.nextInt(3)) {
            case 0 -> "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n";
            case 1 -> "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header
                    + "Content-Length: 5\r\n\r\nhello";
            default -> "PUT " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        };
    }

    private static String fault(SplittableRandom random) {
        List<String> names = FaultyDownstream.names();
        return random.nextInt(100) < 60 ? names.getFirst() : names.get(random.nextInt(names.size()));
    }

    /// Serves another configuration every second.
    private static void reload(Service service, HttpClient client, Tally tally) throws Exception {
        String text = Files.readString(service.config(), UTF_8);
        while (true) {
            Checkpoints.sleep(BETWEEN_RELOADS);
            String changed = tally.reloads.get() % 2 == 0 ? text.replace("500ms", "501ms") : text;
            Files.writeString(service.config(), changed, UTF_8);
            HttpRequest request = HttpRequest.newBuilder(URI.create(service.admin() + "/config/reload"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) tally.failures.add("reload: " + answer.body());
            tally.reloads.incrementAndGet();
        }
    }
}
