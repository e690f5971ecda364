package dev.structured.scenario;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the service holds when no request is in flight, and what it held before.
///
/// @param metrics its metrics
/// @param heap bytes of the heap in use after a full collection
record Leftovers(Metrics metrics, double heap) {
    /// The gauges that are 0 when nothing is in flight.
    private static final List<String> ZERO = List.of("http_server_active_requests", "structured_tasks_live",
            "http_client_active_requests", "structured_concurrency_inflight",
            "structured_concurrency_queued", "structured_pages_waiting", "structured_unsent_bytes");
    private static final String HEAP = "jvm_memory_used_bytes";
    private static final String THREADS = "jvm_threads";
    private static final String CLIENTS = "structured_connections_open";
    private static final String DOWNSTREAM = "http_client_open_connections";
    private static final String PUBLIC = "listener=\"public\"";
    private static final double MORE_HEAP = 16e6;
    private static final double MORE_THREADS = 8;
    private static final double MORE_FILES = 16;

    /// Collects the garbage of the service, and looks. Blocks.
    static Leftovers of(Service service, HttpClient client) throws IOException, InterruptedException {
        collect(service.pid());
        Metrics metrics = Metrics.of(client, service.admin());
        return new Leftovers(metrics, metrics.known(HEAP, "jvm_memory_type=\"heap\""));
    }

    /// Has a JVM collect its garbage.
    private static void collect(long pid) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
    }

    /// Returns what is in flight, in words; none if there is nothing.
    ///
    /// @param connections the number of connections that the downstream has
    static List<String> inFlight(Metrics metrics, int connections) {
        List<String> left = new ArrayList<>();
        for (String name : ZERO) {
            if (!metrics.has(name)) left.add("no metric " + name);
            add(left, name, metrics.sum(name));
        }
        add(left, CLIENTS + " (public)", metrics.sum(CLIENTS, PUBLIC));
        double open = metrics.sum(DOWNSTREAM);
        if (open != connections)
            left.add(Report.format("%s is %.0f, and the downstream has %d", DOWNSTREAM, open,
                    connections));
        return left;
    }

    private static void add(List<String> left, String name, double value) {
        if (value != 0) left.add(Report.format("%s is %.0f", name, value));
    }

    /// Returns the number of descriptors in use that are not connections to downstreams.
    private double files() {
        return metrics.known("process_open_fds") - metrics.sum(DOWNSTREAM);
    }

    /// Returns what there is more of than before, in words.
    ///
    /// @param before taken when the service was warm
    List<String> moreThan(Leftovers before) {
        List<String> more = new ArrayList<>();
        more(more, "bytes of heap", heap - before.heap, MORE_HEAP);
        more(more, "threads", metrics.known(THREADS) - before.metrics.known(THREADS), MORE_THREADS);
        more(more, "descriptors", files() - before.files(), MORE_FILES);
        return more;
    }

    private static void more(List<String> more, String what, double difference, double most) {
        if (!(difference <= most)) more.add(Report.format("%.0f more %s", difference, what));
    }
}
