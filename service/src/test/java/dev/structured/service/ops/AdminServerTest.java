package dev.structured.service.ops;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.hamcrest.Matchers.stringContainsInOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.ops.ConfigControl.Change;
import dev.structured.service.ops.ConfigControl.Result;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {

    private final Readiness readiness = new Readiness();
    private final Scheduler scheduler = Scheduler.open();
    private String metrics = "answer 42\n";
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private Change change = new Change(Result.SERVED, List.of("~ route"), List.of());
    private final ConfigControl control = new ConfigControl() {
        @Override
        public Status status() {
            return new Status("routes.yaml", List.of("common/a.yaml"), "abc", Instant.EPOCH, 2, 3);
        }

        @Override
        public String openApi() {
            return "{\"openapi\":\"3.1.0\"}";
        }

        @Override
        public Change reload(String cause, boolean dryRun) {
            asked.add("reload " + dryRun);
            return change;
        }

        @Override
        public Change rollback() {
            asked.add("rollback");
            return change;
        }
    };
    private final AdminSources sources = new AdminSources(readiness, this::metrics, Map::of,
            new FailedCalls(), scheduler, control, null);
    private final AdminServer server = server(0);
    private int port;

    @BeforeEach
    void start() throws IOException {
        port = server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private AdminServer server(int wanted) {
        return new AdminServer(new ListenAddress("127.0.0.1", wanted), sources, AdminPolicy.DEFAULT,
                ConnectionObserver.NONE);
    }

    private String metrics(MetricsFormat format) {
        if (metrics.isEmpty()) throw new IllegalStateException("secret detail");
        return format == MetricsFormat.OPEN_METRICS ? "# EOF\n" : metrics;
    }

    private RequestSpecification admin() {
        return given().baseUri("http://127.0.0.1").port(port);
    }

    @Test
    void metrics_come_as_OpenMetrics_to_those_who_ask() {
        admin().header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
                .get("/metrics")
                .then()
                .statusCode(200)
                .contentType("application/openmetrics-text; version=1.0.0; charset=utf-8")
                .header("Vary", "Accept")
                .body(equalTo("# EOF\n"));
    }

    @Test
    void metrics_come_as_Prometheus_text() {
        admin().get("/metrics")
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("text/plain; version=0.0.4"))
                .header("Server", nullValue())
                .body(equalTo("answer 42\n"));
    }

    @Test
    void process_is_alive_whatever_its_readiness() {
        admin().get("/livez").then().statusCode(200).contentType("application/json").body("status",
                equalTo("UP"));
        readiness.draining();
        admin().get("/livez").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void service_is_ready_only_between_start_and_drain() {
        admin().get("/readyz")
                .then()
                .statusCode(503)
                .contentType("application/json")
                .body("status", equalTo("DOWN"))
                .body("checks[0].data.state", equalTo("starting"));
        readiness.ready();
        admin().get("/readyz").then().statusCode(200).body("status", equalTo("UP"));
        readiness.draining();
        admin().get("/readyz").then().statusCode(503).body("checks[0].data.state", equalTo("draining"));
    }

    @Test
    void tasks_are_shown_while_they_run() {
        scheduler.run("GET /page", () -> Nursery.run("parts", nursery -> {
            nursery.startSoon("slow", Checkpoints::sleepForever);
            while (scheduler.statistics().waitingTasks() == 0)
                Checkpoints.checkpoint();
            admin().get("/tasks")
                    .then()
                    .statusCode(200)
                    .header("Content-Type", startsWith("text/plain"))
                    .header("Cache-Control", "no-store")
                    .body(startsWith("1 run, 2 tasks\nGET /page "))
                    .body(containsString("└─ slow (in parts)"))
                    .body(containsString("waits for a sleep"))
                    .body(not(containsString("Checkpoints.sleepForever")));
            admin().accept("application/json")
                    .get("/tasks")
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body("tasks[1].name", equalTo("slow"))
                    .body("tasks[1].waitsFor", equalTo("a sleep"))
                    .body("tasks[1].stack", nullValue());
            admin().accept("application/json")
                    .get("/tasks?stacks")
                    .then()
                    .body("tasks[1].stack", hasItem(containsString("Checkpoints.sleepForever")));
            nursery.scope().cancel();
        }));
        admin().get("/tasks").then().body(equalTo("0 runs, 0 tasks\n"));
    }

    @Test
    void root_lists_the_paths() {
        admin().get("/")
                .then()
                .statusCode(200)
                .body(stringContainsInOrder("/metrics", "/tasks", "/livez", "/readyz"));
    }

    /// The paths of the demo are there only with the demo.
    @Test
    void root_lists_each_path_that_there_is() throws IOException {
        String index = admin().get("/").asString();
        Pattern added = Pattern
                .compile("(?:AdminPages\\.add\\(routes, |routes\\.(?:get|post)\\()\"(/[^\"]+)\"");
        Set<String> missing = new TreeSet<>();
        int found = 0;
        try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/structured/service/ops"))) {
            for (Path each : files.filter(file -> !file.endsWith("ReplayServer.java")).toList()) {
                for (MatchResult path : added.matcher(Files.readString(each)).results().toList()) {
                    found++;
                    String shown = path.group(1).replace("{id}", "ID");
                    if (!shown.startsWith("/demo") && !index.contains(shown)) missing.add(shown);
                }
            }
        }
        assertEquals(Set.of(), missing);
        assertTrue(found > 15, "so few paths: is the pattern still right?");
    }

    @Test
    void unknown_path_is_a_problem_that_does_not_repeat_it() {
        String body = admin().urlEncodingEnabled(false)
                .get("/no%3Cscript%3E")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", equalTo(404))
                .body("title", equalTo("Not Found"))
                .extract()
                .asString();
        assertFalse(body.contains("script"), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void nothing_can_be_changed(String method) {
        admin().request(method, "/metrics")
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD")
                .contentType("application/problem+json")
                .body("status", equalTo(405));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/tasks", "/config", "/openapi.json", "/livez"})
    void head_is_answered_with_the_headers_of_get_and_no_body(String page) {
        Response get = admin().get(page);
        Response head = admin().head(page);
        assertEquals(200, head.statusCode());
        assertEquals("", head.asString());
        assertEquals(get.header("Content-Length"), head.header("Content-Length"));
        assertEquals(get.contentType(), head.contentType());
    }

    @Test
    void failing_numbers_are_a_problem_without_internals() {
        metrics = "";
        String body = admin().get("/metrics")
                .then()
                .statusCode(500)
                .contentType("application/problem+json")
                .extract()
                .asString();
        assertFalse(body.contains("secret"), body);
    }

    @Test
    void long_headers_are_refused_as_a_problem() {
        admin().header("X-Long", "x".repeat(5000))
                .get("/livez")
                .then()
                .statusCode(431)
                .contentType("application/problem+json")
                .body("status", equalTo(431));
    }

    @Test
    void malformed_request_is_refused_as_a_problem() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
            assertFalse(answer.contains("Jetty"), answer);
        }
    }

    @Test
    void port_in_use_is_told_by_a_BindException() {
        var second = server(port);
        IOException failure = assertThrows(IOException.class, second::start);
        assertEquals(BindException.class, rootOf(failure).getClass());
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null)
            root = root.getCause();
        return root;
    }

    @Test
    void config_says_what_is_served() {
        admin().get("/config").then().statusCode(200).contentType("application/json")
                .body("file", equalTo("routes.yaml")).body("included", equalTo(List.of("common/a.yaml")))
                .body("hash", equalTo("abc")).body("routes", equalTo(2))
                .body("since", equalTo("1970-01-01T00:00:00Z"));
    }

    @Test
    void routes_are_described_as_open_api() {
        admin().get("/openapi.json").then().statusCode(200).contentType("application/json")
                .body("openapi", equalTo("3.1.0"));
    }

    @Test
    void config_is_changed_by_post_only() {
        admin().get("/config/reload").then().statusCode(405).header("Allow", "POST");
        assertEquals(List.of(), asked);
        admin().post("/config/reload").then().statusCode(200).body("result", equalTo("served"))
                .body("changes", equalTo(List.of("~ route")));
        admin().post("/config/reload?dryRun").then().statusCode(200);
        admin().post("/config/rollback").then().statusCode(200);
        assertEquals(List.of("reload false", "reload true", "rollback"), asked);
    }

    @Test
    void config_that_is_refused_says_why() {
        change = new Change(Result.REFUSED, List.of(), List.of("routes.yaml:1:1: no"));
        admin().post("/config/reload").then().statusCode(422).body("result", equalTo("refused"))
                .body("problems", equalTo(List.of("routes.yaml:1:1: no")));
    }

    @Test
    void page_of_another_origin_changes_nothing() {
        admin().header("Origin", "http://evil").post("/config/reload").then().statusCode(403);
        admin().header("Origin", "null").post("/config/rollback").then().statusCode(403);
        assertEquals(List.of(), asked);
    }
}
