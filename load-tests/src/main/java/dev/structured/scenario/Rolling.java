package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Three replicas behind HAProxy are restarted, one after the other, while requests come. Is one lost?
///
/// HAProxy must be installed (Debian's package of that name); without it nothing is measured.
final class Rolling implements Scenario {
    private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
    private static final int REPLICAS = 3;
    private static final String PATH = "/even-rolling";
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration START = Duration.ofSeconds(60);
    private static final String BALANCER = """
            defaults
              mode http
              timeout connect 5s
              timeout client 30s
              timeout server 30s
              timeout check 2s
            frontend front
              bind 127.0.0.1:%d
              default_backend replicas
            backend replicas
              option httpchk GET /readyz
              http-check expect status 200
              default-server check inter 500ms fall 2 rise 1
            """;

    /// A replica, and how often it was started.
    private static final class Replica {
        final int port = freePort();
        final int adminPort = freePort();
        final String name;
        final Path folder;
        final String downstream;
        private Service service;
        private int starts;

        Replica(String downstream, Path folder, String name) throws IOException {
            this.downstream = downstream;
            this.folder = folder;
            this.name = name;
            service = start();
        }

        private Service start() throws IOException {
            starts++;
            return Service.start(downstream, folder, "rolling", name + "-" + starts, port, adminPort);
        }

        /// Stops the replica in order, and starts it again. Blocks until it says that it is ready.
        void restart() throws IOException, InterruptedException {
            service.close();
            service = start();
            awaitReady();
        }

        void awaitReady() throws IOException, InterruptedException {
            URI ready = URI.create(service.admin() + "/readyz");
            try (HttpClient client = HttpClient.newHttpClient()) {
                while (client
                        .send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode() != 200)
                    Checkpoints.sleep(LOOK);
            }
        }

        /// Returns the number of answers of status 200 in its logs.
        long answers() throws IOException {
            long answers = 0;
            for (int i = 1; i <= starts; i++) {
                try (Stream<String> lines = Files.lines(folder.resolve(name + "-" + i + ".log"), UTF_8)) {
                    answers += lines.filter(line -> line.contains(" path=" + PATH)
                            && line.contains(" status=200 ")).count();
                }
            }
            return answers;
        }
    }

    @Override
    public int rate() {
        return 500;
    }

    /// So long that 30,000 requests come.
    @Override
    public int seconds() {
        return 60;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        int count = stage.rate() * stage.seconds();
        Report report = new Report("Rolling restart: " + count + " requests at " + stage.rate() + "/s to "
                + REPLICAS + " replicas behind HAProxy.", "", "restarts", "answered", "in their logs");
        if (!Files.isExecutable(HAPROXY)) {
            report.goal("HAProxy is not installed, so that nothing was measured", false, true);
            return report;
        }
        Path folder = Files.createDirectories(Path.of("target", "scenarios"));
        List<Replica> replicas = new ArrayList<>();
        Process balancer = null;
        try {
            for (int i = 1; i <= REPLICAS; i++)
                replicas.add(new Replica(stage.downstream().url(), folder, "replica-" + i));
            for (Replica each : replicas) each.awaitReady();
            int port = freePort();
            balancer = balance(folder, port, replicas);
            String url = "http://127.0.0.1:" + port + PATH + "/" + stage.usual();
            long before = answers(replicas);
            int[] restarts = {0};
            Answers answers = Nursery.call("rolling", nursery -> {
                Task<Answers> load = nursery.startSoon("load",
                        () -> Arrivals.send(url, stage.rate(), count));
                while (!load.isDone()) {
                    Checkpoints.sleep(BETWEEN);
                    if (load.isDone()) break;
                    replicas.get(restarts[0] % REPLICAS).restart();
                    restarts[0]++;
                }
                return load.await();
            });
            for (Replica each : replicas) each.service.close();
            long logged = answers(replicas) - before;
            report.row("", "" + restarts[0], "" + answers.count(200), "" + logged);
            int lost = count - answers.count(200);
            report.goal(lost + " requests were lost; goal 0", lost == 0, false);
            report.goal(logged + " answers in the logs of the replicas; goal " + count, logged == count,
                    false);
            report.goal(restarts[0] + " restarts; goal at least each replica once", restarts[0] >= REPLICAS,
                    stage.seconds() < 30);
        } finally {
            if (balancer != null) balancer.destroyForcibly().waitFor();
            for (Replica each : replicas) each.service.close();
        }
        return report;
    }

    private static long answers(List<Replica> replicas) throws IOException {
        long answers = 0;
        for (Replica each : replicas) answers += each.answers();
        return answers;
    }

    private static Process balance(Path folder, int port, List<Replica> replicas) throws IOException {
        StringBuilder config = new StringBuilder(Report.format(BALANCER, port));
        for (Replica each : replicas)
            config.append("  server ").append(each.name).append(" 127.0.0.1:").append(each.port)
                    .append(" port ").append(each.adminPort).append('\n');
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), config);
        Process process = new ProcessBuilder(HAPROXY.toString(), "-db", "-f", file.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("haproxy.log").toFile()).start();
        long end = System.nanoTime() + START.toNanos();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - end > 0)
                throw new IllegalStateException("HAProxy does not listen; see "
                        + folder.resolve("haproxy.log").toAbsolutePath());
            Checkpoints.sleep(LOOK);
        }
        return process;
    }

    private static boolean listens(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
