package dev.structured.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Measures how soon calls are ended when their clients go away: many at once, and one by one.
///
/// Each client asks for a page whose part hangs. The time begins just before the clients close their
/// connections, and ends when the downstream sees the end of the call. The CPU time is the service's, until
/// half a second later.
///
/// Arguments: `clients=` that go at once (1000), `single=` that go one by one (200), `rounds=` (7), `warm=`
/// rounds that do not count (60, until the JVM has compiled what they need), and `before=` another jar of
/// the service, which is asked in turn.
public final class LeaveBenchmark {
    private static final String ROUTES = """
            downstreams:
              d:
                url: http://downstream
                connectTimeout: 10s
                maxConnections: 10000
                maxOpens: 100000
            routes:
              - path: /page/{id}
                deadline: 60s
                parts:
                  a: {from: d, path: "/a/${id}", required: true}
            """;
    private static final Path JAR = Path
            .of(System.getProperty("service.jar", "../service/target/service.jar"));
    private static final int AT_ONCE = 20;
    private static final Duration BETWEEN = Duration.ofMillis(5);
    private static final Duration SETTLE = Duration.ofMillis(500);

    private final Map<String, String> options;
    private final Map<String, List<double[]>> rounds = new LinkedHashMap<>();

    private LeaveBenchmark(Map<String, String> options) {
        this.options = options;
    }

    /// Runs it, and prints a table.
    public static void main(String... arguments) throws Exception {
        Map<String, String> options = new LinkedHashMap<>(Map.of("clients", "1000", "single", "200",
                "rounds", "7", "warm", "60", "before", ""));
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            if (pair.length < 2 || !options.containsKey(pair[0])) {
                throw new IllegalArgumentException(
                        "'" + argument + "' is none of " + options.keySet() + ", as KEY=VALUE");
            }
            options.put(pair[0], pair[1]);
        }
        LeaveBenchmark benchmark = new LeaveBenchmark(options);
        Scheduler.shared().run("leave benchmark", () -> Nursery.run(benchmark::run));
        System.out.println(benchmark.table());
    }

    private int option(String name) {
        return Integer.parseInt(text(name));
    }

    private String text(String name) {
        return Objects.requireNonNull(options.get(name), name);
    }

    private void run(Nursery nursery) throws Exception {
        HangingDownstream downstream = HangingDownstream.start(nursery);
        Path folder = Path.of("target", "leave-benchmark");
        Files.createDirectories(folder.resolve("config"));
        Path routes = folder.resolve("config").resolve("routes.yaml");
        Files.writeString(routes, ROUTES.replace("http://downstream", downstream.url()));
        List<String> flags = List.of("-XX:+UseSerialGC", "-Xmx512m");
        List<Contender> contenders = new ArrayList<>();
        try {
            contenders.add(Contender.service("service", JAR, flags, routes, folder));
            String before = text("before");
            if (!before.isEmpty())
                contenders.add(Contender.service("before", Path.of(before), flags, routes, folder));
            for (int round = -option("warm"); round < option("rounds"); round++) {
                for (Contender each : contenders) {
                    double[] figures = round(each, downstream);
                    if (round >= 0) rounds.computeIfAbsent(each.name, _ -> new ArrayList<>()).add(figures);
                }
            }
        } finally {
            contenders.forEach(Contender::close);
        }
        nursery.scope().cancel("done");
    }

    private double[] round(Contender contender, HangingDownstream downstream) throws IOException {
        double[] together = together(contender, downstream);
        double[] single = single(contender, downstream);
        return new double[]{together[0], together[1], single[0], single[1]};
    }

    /// Returns the time until the last call ended, and the CPU time for each client, both in milliseconds.
    private double[] together(Contender contender, HangingDownstream downstream) throws IOException {
        int count = option("clients");
        List<SocketChannel> clients = ask(contender.page(), count, downstream);
        long cpu = contender.cpu().toNanos();
        long began = System.nanoTime();
        for (SocketChannel each : clients) each.close();
        awaitHanging(downstream, 0);
        long[] times = downstream.takeGivenUp();
        Checkpoints.sleep(SETTLE);
        return new double[]{(times[times.length - 1] - began) / 1e6,
                (contender.cpu().toNanos() - cpu) / 1e6 / count};
    }

    /// Returns the median and the 99th percentile of the times until a call ended, in milliseconds.
    private double[] single(Contender contender, HangingDownstream downstream) throws IOException {
        List<SocketChannel> clients = ask(contender.page(), option("single"), downstream);
        double[] times = new double[clients.size()];
        for (int i = 0; i < times.length; i++) {
            long began = System.nanoTime();
            clients.get(i).close();
            awaitHanging(downstream, times.length - 1 - i);
            times[i] = (downstream.takeGivenUp()[0] - began) / 1e6;
            Checkpoints.sleep(BETWEEN);
        }
        Arrays.sort(times);
        return new double[]{times[times.length / 2], times[(int) Math.ceil(times.length * 0.99) - 1]};
    }

    private static List<SocketChannel> ask(URI page, int count, HangingDownstream downstream)
            throws IOException {
        byte[] request = ("GET " + page.getRawPath() + " HTTP/1.1\r\nHost: " + page.getRawAuthority()
                + "\r\n\r\n").getBytes(US_ASCII);
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(
                    new InetSocketAddress(page.getHost(), page.getPort()));
            client.write(ByteBuffer.wrap(request));
            clients.add(client);
            // A service that is not yet warm refuses some of a thousand that come at once.
            if (clients.size() % AT_ONCE == 0 || clients.size() == count)
                awaitHanging(downstream, clients.size());
        }
        return clients;
    }

    private static void awaitHanging(HangingDownstream downstream, int count) {
        while (downstream.hanging() != count)
            Checkpoints.sleep(Duration.ofMillis(1));
    }

    private String table() {
        StringBuilder table = new StringBuilder("| | " + text("clients")
                + " at once, the last after ms | CPU µs a client | one by one, p50 ms | p99 ms |\n"
                + "|---|---|---|---|---|\n");
        rounds.forEach((name, figures) -> table.append(String.format(Locale.ROOT,
                "| %s | %.0f | %.0f | %.1f | %.1f |%n", name, median(figures, 0),
                1_000 * median(figures, 1), median(figures, 2), median(figures, 3))));
        return table.toString();
    }

    private static double median(List<double[]> figures, int index) {
        double[] sorted = figures.stream().mapToDouble(each -> each[index]).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
