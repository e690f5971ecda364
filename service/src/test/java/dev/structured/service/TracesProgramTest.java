package dev.structured.service;

import static dev.structured.service.traces.OtlpReceiver.attributes;
import static dev.structured.service.traces.OtlpReceiver.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.structured.service.traces.OtlpReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The traces of the program as users run it: the ids are the same wherever they are told, and nothing of
/// OpenTelemetry is loaded while no traces are sent.
class TracesProgramTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @TempDir
    private Path directory;

    /// The `traceparent` of each call, in their order.
    private final List<String> told = new CopyOnWriteArrayList<>();

    /// Refuses the first call.
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            told.add(String.valueOf(exchange.getRequestHeaders().getFirst("traceparent")));
            byte[] body = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(told.size() == 1 ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Path file(int port) throws IOException {
        return Files.writeString(directory.resolve("routes.yaml"), """
                downstreams:
                  items:
                    url: "http://127.0.0.1:%d"
                    connectTimeout: 1min
                    send: {trace: pass}
                    retry: {attempts: 2, base: 1ms}
                    extra: 100%%
                routes:
                  - path: /items/{id}
                    deadline: 1min
                    parts:
                      thing: {from: items, path: "/items/${id}"}
                """.formatted(port));
    }

    @Test
    void ids_are_the_same_in_header_log_metrics_calls_and_spans() throws Exception {
        HttpServer items = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        items.createContext("/", this::answer);
        items.start();
        try (OtlpReceiver collector = new OtlpReceiver()) {
            Map<String, String> environment = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(),
                    "OTEL_BSP_SCHEDULE_DELAY", "600000", "OTEL_SERVICE_NAME", "pages");
            try (Program program = Program.serving(directory, environment,
                    file(items.getAddress().getPort()).toString())) {
                asked(program);
                assertEquals(0, collector.spans().size(), "sent at the end");
                program.terminate();
                assertEquals(0, program.exitCode(), program::err);
            }
            tree(collector);
        } finally {
            items.stop(0);
        }
    }

    private void asked(Program program) {
        RestAssured.given().header("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
                .header("X-Request-Id", "r-1")
                .get(program.pages() + "/items/7?secret=1").then().statusCode(200)
                .header("X-Request-Id", "r-1");
        Program.await("the line", () -> program.err().contains("status=200"));
        String line = program.err().lines().filter(each -> each.contains("id=r-1")).findFirst().orElseThrow();
        assertTrue(line.contains(" trace=" + TRACE), line);
        assertTrue(line.matches(".* parts=thing:[0-9.]+x2( .*)?"), line);
        String metrics = RestAssured.given().header("Accept", "application/openmetrics-text")
                .get(program.admin() + "/metrics").asString();
        assertTrue(metrics.contains("trace_id=\"" + TRACE + "\""), metrics);
        assertTrue(metrics.contains("structured_spans_total{result=\"dropped\"} 0.0"), metrics);
        assertTrue(RestAssured.get(program.admin() + "/requests/r-1").asString().contains("trace " + TRACE));
    }

    private void tree(OtlpReceiver collector) {
        assertEquals(4, collector.spans().size(), collector::toString);
        Span request = collector.only("GET /items/{id}");
        assertEquals(TRACE, hex(request.getTraceId()));
        assertEquals(PARENT, hex(request.getParentSpanId()));
        assertEquals("r-1", attributes(request).get("structured.request.id"));
        assertFalse(attributes(request).containsKey("url.query"), "a client's value");
        List<Span> attempts = collector.children(collector.only("part thing"));
        assertEquals(told, attempts.stream()
                .map(each -> "00-" + TRACE + "-" + hex(each.getSpanId()) + "-01").toList());
        assertEquals(503L, attributes(attempts.getFirst()).get("http.response.status_code"));
        assertEquals("503", attributes(attempts.getFirst()).get("error.type"));
        assertEquals(1L, attributes(attempts.getLast()).get("http.request.resend_count"));
        assertEquals("127.0.0.1", attributes(attempts.getLast()).get("server.address"));
        assertEquals("pages", collector.resource().get("service.name"));
    }

    @Test
    void requests_have_spans_where_nothing_else_is_recorded() throws Exception {
        HttpServer items = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        items.createContext("/", this::answer);
        items.start();
        Path file = file(items.getAddress().getPort());
        Files.writeString(file, Files.readString(file) + "admin: {record: false}\n");
        try (OtlpReceiver collector = new OtlpReceiver();
                Program program = Program.serving(directory,
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(), "OTEL_BSP_SCHEDULE_DELAY",
                                "50"),
                        file.toString())) {
            RestAssured.get(program.pages() + "/items/7").then().statusCode(200);
            collector.await(4);
            assertEquals(2, collector.children(collector.only("part thing")).size(), collector::toString);
            RestAssured.get(program.admin() + "/requests").then().statusCode(404);
        } finally {
            items.stop(0);
        }
    }

    @Test
    void nothing_of_OpenTelemetry_is_loaded_while_no_traces_are_sent() throws Exception {
        Path loaded = directory.resolve("loaded.txt");
        Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (Program program = Program.serving(directory, environment, Program.patient(directory))) {
            RestAssured.get(program.pages() + "/products/42").then().statusCode(200);
            program.terminate();
            assertEquals(0, program.exitCode(), program::err);
        }
        List<String> classes = Files.readAllLines(loaded);
        assertTrue(classes.stream().anyMatch(line -> line.contains(" dev.structured.service.Service ")));
        assertEquals(List.of(), classes.stream()
                .filter(line -> line.contains("io.opentelemetry") || line.contains("traces.SentTraces"))
                .toList());
    }

    @Test
    void mistake_in_the_environment_ends_the_start() throws Exception {
        try (Program program = Program.start(directory, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "PORT", "0", "ADMIN_PORT",
                "0"))) {
            assertEquals(2, program.exitCode());
            assertTrue(program.err().startsWith("OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'"), program::err);
        }
    }
}
