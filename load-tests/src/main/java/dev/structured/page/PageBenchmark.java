package dev.structured.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Measures the cost of a three-part page: the CPU time of the process for each page, for the service with
/// every protection and for a page of raw virtual threads without any.
///
/// All programs run all the time, and get requests in turn, so that a slow phase of the machine affects all
/// of them. In each round every program answers the same number of pages; a ratio is the median of the
/// rounds' ratios. The time of the JVMs' compilers is shown apart, and is in one of the two ratios to raw
/// threads. The service runs twice: the benchmark cannot detect changes smaller than the difference of the
/// two. It runs a third time with downstreams of HTTP/2.
///
/// It also measures the bytes that are allocated for each page, and the median time that a page at one
/// connection takes longer than a part that is requested directly, which is the page's slowest chain.
///
/// Arguments: `rounds=` (7), `pages=` a round and program (5000), `warm=` pages before the first round
/// (30000), `connections=` (64), `body=` bytes of a part (100), `single=` pages a round and program at one
/// connection (1000), `before=` another jar of the service to compare with, `filters=yes` to compare with
/// the service with one filter of the edge at a time, and `seen=yes` to compare the service that records
/// nothing with one that records its requests, one that somebody looks at, and one that sends traces.
public final class PageBenchmark {
    private static final Path JAR = Path
            .of(System.getProperty("service.jar", "../service/target/service.jar"));

    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx256m");

    private static final String VIEWED = "recorded and viewed";

    private final Map<String, String> options;
    private final Map<String, List<Double>> micros = new LinkedHashMap<>();
    private final Map<String, List<Double>> warm = new LinkedHashMap<>();
    private final Map<String, List<Double>> bytes = new LinkedHashMap<>();
    private final Map<String, List<Double>> added = new LinkedHashMap<>();
    private final Map<String, List<Double>> p50 = new LinkedHashMap<>();
    private final Map<String, List<Double>> p99 = new LinkedHashMap<>();

    private PageBenchmark(Map<String, String> options) {
        this.options = options;
    }

    /// Runs it, and prints a table.
    public static void main(String... arguments) throws Exception {
        Map<String, String> options = new LinkedHashMap<>(
                Map.of("rounds", "7", "pages", "5000", "warm", "30000",
                        "connections", "64", "body", "100", "single", "1000", "before", "", "filters", "no",
                        "seen", "no"));
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            if (pair.length < 2 || !options.containsKey(pair[0])) {
                throw new IllegalArgumentException(
                        "'" + argument + "' is none of " + options.keySet() + ", as KEY=VALUE");
            }
            options.put(pair[0], pair[1]);
        }
        PageBenchmark benchmark = new PageBenchmark(options);
        Scheduler.shared().run("page benchmark", () -> Nursery.run(benchmark::run));
        System.out.println(benchmark.table());
    }

    private int option(String name) {
        return Integer.parseInt(text(name));
    }

    private String text(String name) {
        return Objects.requireNonNull(options.get(name), name);
    }

    private void run(Nursery nursery) throws Exception {
        StubDownstream stub = StubDownstream.start(nursery, option("body"));
        Path folder = Path.of("target", "page-benchmark");
        Files.createDirectories(folder.resolve("config"));
        List<Contender> contenders = new ArrayList<>();
        try (Http2Stub http2 = Http2Stub.start(StubDownstream.body(option("body")).getBytes(UTF_8), _ -> 0);
                DemoIssuer issuer = DemoIssuer.start();
                Collector collector = Collector.start()) {
            if (text("seen").equals("yes")) startSeen(contenders, stub.url(), collector, folder);
            else
                startAll(contenders, stub.url(), http2.url(), folder);
            if (text("filters").equals("yes")) startFilters(contenders, stub.url(), issuer, folder);
            for (Contender each : contenders) {
                if (each.name.equals(VIEWED))
                    nursery.startSoon("viewer", () -> LiveViewer.watch(each.admin()));
            }
            measure(contenders, URI.create(stub.url() + "/a/42"));
        } finally {
            contenders.forEach(Contender::close);
        }
        nursery.scope().cancel("done");
    }

    private void startAll(List<Contender> contenders, String downstream, String http2, Path folder)
            throws IOException {
        Path routes = folder.resolve("config").resolve("routes.yaml");
        Path overHttp2 = folder.resolve("config").resolve("http2.yaml");
        Files.writeString(routes, routes().replace("http://downstream", downstream));
        Files.writeString(overHttp2, routes().replace("http://downstream", http2 + "\n    protocol: h2c"));
        contenders.add(Contender.service("service", JAR, FLAGS, routes, folder));
        contenders.add(Contender.service("service again", JAR, FLAGS, routes, folder));
        contenders.add(Contender.service("service over h2c", JAR, FLAGS, overHttp2, folder));
        String before = text("before");
        if (!before.isEmpty())
            contenders.add(Contender.service("before", Path.of(before), FLAGS, routes, folder));
        contenders.add(Contender.raw("raw", FLAGS, downstream, folder));
    }

    /// Starts the service without any record of its requests (twice), with one (twice), with somebody who
    /// looks at its page, and with traces of one request in a hundred.
    private static void startSeen(List<Contender> contenders, String downstream, Collector collector,
            Path folder) throws IOException {
        String without = routes().replace("http://downstream", downstream);
        Path recorded = Files.writeString(folder.resolve("config").resolve("recorded.yaml"), without);
        Path unrecorded = Files.writeString(folder.resolve("config").resolve("unrecorded.yaml"),
                "admin: {record: false}\n" + without);
        Map<String, String> traced = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                "OTEL_TRACES_SAMPLER",
                "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0.01");
        contenders.add(Contender.service("service", JAR, FLAGS, unrecorded, folder));
        contenders.add(Contender.service("service again", JAR, FLAGS, unrecorded, folder));
        contenders.add(Contender.service("recorded", JAR, FLAGS, recorded, folder));
        contenders.add(Contender.service("recorded again", JAR, FLAGS, recorded, folder));
        contenders.add(Contender.service(VIEWED, JAR, FLAGS, recorded, folder));
        contenders.add(Contender.service("traced, 1 %", Map.of(), traced, JAR, FLAGS, recorded, folder));
        contenders.add(Contender.raw("raw", FLAGS, downstream, folder));
    }

    /// Starts the service once for each filter.
    private static void startFilters(List<Contender> contenders, String downstream, DemoIssuer issuer,
            Path folder) throws IOException {
        String without = routes().replace("http://downstream", downstream);
        for (PageFilter each : PageFilter.values()) {
            String name = "with " + each.words;
            Path routes = Files.writeString(folder.resolve("config").resolve(each + ".yaml"),
                    each.in(without, issuer));
            contenders.add(Contender.service(name, each.headers(issuer), JAR, FLAGS, routes, folder));
        }
    }

    private static String routes() throws IOException {
        try (InputStream text = PageBenchmark.class.getResourceAsStream("/page/routes.yaml")) {
            if (text == null) throw new IllegalStateException("page/routes.yaml is not on the class path");
            return new String(text.readAllBytes(), UTF_8);
        }
    }

    /// @param part the part of a page, at the downstream
    private void measure(List<Contender> contenders, URI part) throws IOException {
        for (Contender each : contenders) {
            var _ = each.load(option("connections")).ask(option("warm"));
        }
        for (int round = 0; round < option("rounds"); round++) {
            for (Contender each : contenders) turn(each);
        }
        for (int round = 0; round < option("rounds"); round++) {
            double alone = single(new PageLoad(part, Map.of(), 1));
            for (Contender each : contenders) note(added, each, single(each.load(1)) - alone);
        }
    }

    /// Returns the median time at one connection, in milliseconds.
    private double single(PageLoad of) {
        return of.ask(option("single")).millis(50);
    }

    private void turn(Contender contender) throws IOException {
        int pages = option("pages");
        PageLoad load = contender.load(option("connections"));
        PageLoad.Times times;
        long used;
        long compiled;
        try (Allocations allocations = contender.allocations()) {
            long allocated = allocations.bytes();
            long compiledBefore = contender.compilers().toNanos();
            long before = contender.cpu().toNanos();
            times = load.ask(pages);
            used = contender.cpu().toNanos() - before;
            compiled = contender.compilers().toNanos() - compiledBefore;
            note(bytes, contender, (double) (allocations.bytes() - allocated) / pages);
        }
        if (times.failed() > 0) {
            throw new IllegalStateException(contender.name + " failed " + times.failed() + " pages");
        }
        note(micros, contender, used / 1e3 / pages);
        note(warm, contender, (used - compiled) / 1e3 / pages);
        note(p50, contender, times.millis(50));
        note(p99, contender, times.millis(99));
    }

    private static void note(Map<String, List<Double>> figures, Contender contender, double value) {
        figures.computeIfAbsent(contender.name, _ -> new ArrayList<>()).add(value);
    }

    private String table() {
        StringBuilder table = new StringBuilder(
                """
                        | | CPU µs a page | without compilers | ÷ raw | ÷ service | with compilers ÷ raw | kB a page | p50 ms | p99 ms | alone, p50 ms added |
                        |---|---|---|---|---|---|---|---|---|---|
                        """);
        micros.forEach((name, values) -> table.append(String.format(Locale.ROOT,
                "| %s | %.0f | %.0f | %.2f | %.3f | %.2f | %.2f | %.1f | %.1f | %.2f |%n", name,
                median(values), median(of(warm, name)), median(ratios(of(warm, name), of(warm, "raw"))),
                median(ratios(of(warm, name), of(warm, "service"))),
                median(ratios(values, of(micros, "raw"))),
                median(of(bytes, name)) / 1e3, median(of(p50, name)), median(of(p99, name)),
                median(of(added, name)))));
        return table.toString();
    }

    private static List<Double> of(Map<String, List<Double>> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private static List<Double> ratios(List<Double> values, List<Double> to) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) ratios.add(values.get(i) / to.get(i));
        return ratios;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
