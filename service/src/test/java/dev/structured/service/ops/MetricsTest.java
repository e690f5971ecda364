package dev.structured.service.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.client.CallObserver.EndedCall;
import dev.structured.service.client.CallObserver.Peer;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.edge.EndedRequest;
import dev.structured.service.edge.RequestKind;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.server.Await;
import dev.structured.service.tls.TestCa;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final RequestKind GET = new RequestKind("GET", "http");

    private final Metrics metrics = new Metrics("1.2.3");

    @Test
    void request_duration_has_the_names_labels_and_buckets_of_the_conventions() {
        metrics.requests().requestStarted(GET);
        metrics.requests()
                .requestEnded(new EndedRequest(GET, "/products/{id}", 200, "1.1", null, millis(42), null));

        String labels = "error_type=\"\",http_request_method=\"GET\",http_response_status_code=\"200\","
                + "http_route=\"/products/{id}\",network_protocol_version=\"1.1\",url_scheme=\"http\"";
        assertEquals(1, value("http_server_request_duration_seconds_count{" + labels + "}"));
        assertEquals(0.042, value("http_server_request_duration_seconds_sum{" + labels + "}"), 1e-9);
        assertEquals(0, value("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.025\"}"));
        assertEquals(1, value("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.05\"}"));
        assertEquals(
                List.of("0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
                        "5.0", "7.5", "10.0", "+Inf"),
                buckets("http_server_request_duration_seconds"));
    }

    @Test
    void certificate_is_shown_with_its_dates_and_its_reloads() throws Exception {
        assertFalse(metrics.scrape(MetricsFormat.PROMETHEUS).contains("structured_certificate"));
        metrics.certificate().inUse(certificate(1_700_000_000, 1_800_000_000));
        metrics.certificate().reloaded(false);
        metrics.certificate().inUse(certificate(1_750_000_000, 1_900_000_000));
        metrics.certificate().reloaded(true);
        assertEquals(1_750_000_000, value("structured_certificate_begins_timestamp_seconds"));
        assertEquals(1_900_000_000, value("structured_certificate_expires_timestamp_seconds"));
        assertEquals(1, value("structured_certificate_reload_total{result=\"success\"}"));
        assertEquals(1, value("structured_certificate_reload_total{result=\"failure\"}"));
    }

    private static X509Certificate certificate(long from, long until) throws Exception {
        return new TestCa("authority", Instant.ofEpochSecond(from), Instant.ofEpochSecond(until)).own
                .certificate();
    }

    /// The registry itself would let both sources go with the next collection.
    @Test
    void sources_that_nobody_else_holds_are_asked_for_ever() {
        LongAdder source = new LongAdder();
        source.add(5);
        metrics.showUnsent(source::sum);
        metrics.showDroppedLines(source::sum);
        System.gc();
        assertEquals(5, value("structured_unsent_bytes"));
        assertEquals(5, value("structured_access_log_dropped_total"));
    }

    @Test
    void request_is_active_from_its_start_to_its_end() {
        String active = "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"}";
        metrics.requests().requestStarted(GET);
        metrics.requests().requestStarted(GET);
        assertEquals(2, value(active));
        metrics.requests().requestEnded(new EndedRequest(GET, "/", 200, "1.1", null, 1, null));
        metrics.requests().requestEnded(new EndedRequest(GET, null, 404, "1.1", null, 1, null));
        assertEquals(0, value(active));
    }

    @Test
    void failed_request_carries_its_error_type_and_no_route_where_none_matched() {
        metrics.requests().requestStarted(GET);
        metrics.requests().requestEnded(new EndedRequest(GET, null, 500, "1.1", "internal", 1, null));
        assertEquals(1, value("http_server_request_duration_seconds_count{error_type=\"internal\","
                + "http_request_method=\"GET\",http_response_status_code=\"500\",http_route=\"\","
                + "network_protocol_version=\"1.1\",url_scheme=\"http\"}"));
    }

    @Test
    void cancelled_requests_are_counted_by_cause() {
        assertEquals(0, value("structured_cancelled_requests_total{cause=\"client_gone\"}"));
        end(499, "cancelled");
        end(504, "deadline_exceeded");
        end(504, "deadline_exceeded");
        end(503, "shutdown");
        end(503, "cancelled");
        end(503, "draining");
        end(502, "connection_refused");
        end(200, null);
        assertEquals(1, value("structured_cancelled_requests_total{cause=\"client_gone\"}"));
        assertEquals(2, value("structured_cancelled_requests_total{cause=\"deadline\"}"));
        assertEquals(1, value("structured_cancelled_requests_total{cause=\"shutdown\"}"));
        assertEquals(1, value("structured_cancelled_requests_total{cause=\"operator\"}"));
    }

    @Test
    void call_without_an_answer_has_an_empty_status() {
        metrics.calls().callStarted(new Peer("reviews", "127.0.0.1", 8084));
        metrics.calls()
                .callEnded(new EndedCall(new Peer("reviews", "127.0.0.1", 8084), "GET", "/reviews/${id}",
                        null, "timeout",
                        millis(300)));
        String peer = "downstream=\"reviews\",";
        assertEquals(1, value("http_client_request_duration_seconds_count{" + peer + "error_type=\"timeout\","
                + "http_request_method=\"GET\",http_response_status_code=\"\",server_address=\"127.0.0.1\","
                + "server_port=\"8084\",url_template=\"/reviews/${id}\"}"));
        assertEquals(15, buckets("http_client_request_duration_seconds").size());
    }

    @Test
    void calls_are_active_while_they_run() {
        String active = "http_client_active_requests{downstream=\"stock\",server_address=\"h\",server_port"
                + "=\"1\"}";
        metrics.calls().callStarted(new Peer("stock", "h", 1));
        assertEquals(1, value(active));
        metrics.calls().callEnded(new EndedCall(new Peer("stock", "h", 1), "GET", "/", 200, null, 1));
        assertEquals(0, value(active));
    }

    @Test
    void parts_are_counted_by_outcome() {
        metrics.parts().partEnded("/products/{id}", "reviews", "timeout", 1);
        metrics.parts().partEnded("/products/{id}", "reviews", "ok", 1);
        metrics.parts().partEnded("/products/{id}", "reviews", "ok", 1);
        String part = "part=\"reviews\",route=\"/products/{id}\"}";
        assertEquals(1, value("structured_part_outcome_total{outcome=\"timeout\"," + part));
        assertEquals(2, value("structured_part_outcome_total{outcome=\"ok\"," + part));
    }

    @Test
    void open_connections_are_those_of_the_downstreams_of_the_moment() {
        List<OpenConnections> now = new ArrayList<>();
        metrics.showOpenConnections(() -> now);
        now.add(new OpenConnections("stock", "h", 1, 2, 3));
        String stock = "http_client_open_connections{downstream=\"stock\",http_connection_state=\"%s\","
                + "server_address=\"h\",server_port=\"1\"}";
        assertEquals(2, value(stock.formatted("active")));
        assertEquals(3, value(stock.formatted("idle")));
        now.set(0, new OpenConnections("reviews", "h", 1, 0, 4));
        assertEquals(4, value(stock.formatted("idle").replace("stock", "reviews")));
        assertFalse(metrics.scrape(MetricsFormat.PROMETHEUS).contains("stock"));
    }

    @Test
    void spared_calls_are_counted_by_what_spared_them() {
        metrics.downstreams().cacheAsked("stock", GuardObserver.CacheResult.HIT);
        metrics.downstreams().cacheAsked("stock", GuardObserver.CacheResult.HIT);
        metrics.downstreams().cacheAsked("stock", GuardObserver.CacheResult.STALE);
        metrics.downstreams().coalesced("stock");
        assertEquals(2, value("structured_cache_total{downstream=\"stock\",result=\"hit\"}"));
        assertEquals(1, value("structured_cache_total{downstream=\"stock\",result=\"stale\"}"));
        assertEquals(1, value("structured_coalesced_total{downstream=\"stock\"}"));
    }

    @Test
    void tasks_of_a_scheduler_are_counted() {
        try (Scheduler scheduler = Scheduler.builder().instrument(metrics.tasks()).build()) {
            scheduler.run("root", () -> Nursery.run(nursery -> {
                nursery.startSoon("left", () -> {});
                nursery.startSoon("right", () -> {});
                assertTrue(value("structured_tasks_live") >= 1);
            }));
            assertEquals(0, value("structured_tasks_live"));
            assertEquals(3, value("structured_tasks_started_total"));
        }
    }

    @Test
    void cancelled_scopes_are_counted_by_what_cancelled_them() {
        try (Scheduler scheduler = Scheduler.builder().instrument(metrics.tasks()).build()) {
            scheduler.run("root", () -> {
                Timeouts.moveOnAfter(Duration.ofNanos(1), Checkpoints::sleepForever);
                CancelScope scope = new CancelScope("explicit");
                scope.run(scope::cancel);
                assertThrows(NurseryFailedException.class, () -> Nursery.run(nursery -> {
                    throw new IllegalStateException("on purpose");
                }));
            });
        }
        // A deadline is told by the alarm's thread, which may be a moment behind the task that noticed it
        // itself.
        Await.until("the cancellation by the deadline",
                () -> value("structured_scopes_cancelled_total{source=\"deadline\"}") >= 1);
        assertEquals(1, value("structured_scopes_cancelled_total{source=\"deadline\"}"));
        assertEquals(1, value("structured_scopes_cancelled_total{source=\"explicit\"}"));
        assertEquals(1, value("structured_scopes_cancelled_total{source=\"body_failed\"}"));
        assertEquals(0, value("structured_scopes_cancelled_total{source=\"child_failed\"}"));
        assertEquals(0, value("structured_scopes_cancelled_total{source=\"shutdown\"}"));
        assertEquals(0, value("structured_scopes_cancelled_total{source=\"interrupted\"}"));
    }

    @Test
    void runtime_has_the_names_of_the_conventions() {
        assertFalse(metrics.scrape(MetricsFormat.PROMETHEUS).contains("jvm_"));
        metrics.showRuntime();
        String text = metrics.scrape(MetricsFormat.PROMETHEUS);
        for (String name : List.of("jvm_memory_used_bytes", "jvm_memory_committed_bytes",
                "jvm_memory_limit_bytes",
                "jvm_threads", "jvm_virtual_threads_mounted", "jvm_virtual_threads_queued",
                "jvm_virtual_threads_carriers", "jvm_virtual_threads_parallelism", "process_open_fds",
                "process_max_fds", "jvm_cpu_time_seconds_total", "process_start_time_seconds",
                "process_uptime_seconds")) {
            assertTrue(text.contains("\n" + name), name);
        }
        assertTrue(value("jvm_cpu_time_seconds_total") > 0);
        assertTrue(value("process_uptime_seconds") > 0);
    }

    @Test
    void a_slow_bucket_names_the_trace_of_a_request() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        metrics.requests().requestStarted(GET);
        metrics.requests().requestEnded(new EndedRequest(GET, "/", 200, "1.1", null, millis(42),
                "00-" + trace + "-00f067aa0ba902b7-01"));
        List<String> exemplars = metrics.scrape(MetricsFormat.OPEN_METRICS).lines()
                .filter(line -> line.contains(trace)).toList();
        assertEquals(1, exemplars.size(), exemplars::toString);
        String line = exemplars.getFirst();
        assertTrue(line.startsWith("http_server_request_duration_seconds_bucket{")
                && line.contains("le=\"0.05\""), line);
        assertTrue(line.contains("span_id=\"00f067aa0ba902b7\",trace_id=\"" + trace + "\"} 0.042"), line);
        assertFalse(metrics.scrape(MetricsFormat.PROMETHEUS).contains(trace));
    }

    @Test
    void a_request_without_a_trace_has_no_exemplar() {
        end(200, null);
        assertFalse(metrics.scrape(MetricsFormat.OPEN_METRICS).contains("trace_id"));
    }

    @Test
    void program_and_version_are_told() {
        assertEquals(1, value("target_info{service_name=\"structured\",service_version=\"1.2.3\"}"));
    }

    private void end(int status, String errorType) {
        metrics.requests().requestStarted(GET);
        metrics.requests().requestEnded(new EndedRequest(GET, "/", status, "1.1", errorType, 1, null));
    }

    private double value(String series) {
        return metrics.scrape(MetricsFormat.PROMETHEUS)
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        series + " is not in:\n" + metrics.scrape(MetricsFormat.PROMETHEUS)));
    }

    private List<String> buckets(String histogram) {
        var bucket = Pattern.compile(Pattern.quote(histogram) + "_bucket\\{.*,le=\"([^\"]+)\".*");
        return metrics.scrape(MetricsFormat.PROMETHEUS).lines().map(bucket::matcher).filter(m -> m.matches())
                .map(m -> m.group(1))
                .toList();
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
