package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The metrics, the rules in `docker/rules.yml` and the dashboard, as a real Prometheus takes them. Left out
/// where `prometheus` and `promtool` are not installed (on Debian: the package `prometheus`).
class PrometheusTest {
    private static final Path DOCKER = Path
            .of(System.getProperty("maven.multiModuleProjectDirectory", ".."), "docker")
            .toAbsolutePath();

    @TempDir
    private Path directory;

    /// Runs promtool and returns what it says; empty lines are left out.
    private String promtool(Path input, String... arguments) throws Exception {
        installed("promtool");
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(DOCKER.toFile())
                .redirectErrorStream(true);
        if (input != null) builder.redirectInput(input.toFile());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }

    private static void installed(String program) {
        boolean found = List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        assumeTrue(found, program + " is not installed: the test is left out");
    }

    @Test
    void metrics_have_no_remark() throws Exception {
        installed("promtool");
        Path metrics = directory.resolve("metrics.txt");
        try (Program program = Program.serving(directory, Program.patient(directory))) {
            requests(program);
            Files.writeString(metrics, RestAssured.get(program.admin() + "/metrics").asString());
        }
        assertEquals("", promtool(metrics, "check", "metrics"));
    }

    @Test
    void rules_raise_each_alert_when_they_should_and_only_then() throws Exception {
        promtool(null, "check", "rules", "rules.yml");
        promtool(null, "test", "rules", "rules.test.yml");
    }

    @Test
    void every_alert_has_a_test() throws IOException {
        String tests = Files.readString(DOCKER.resolve("rules.test.yml"));
        List<String> alerts = Files.readAllLines(DOCKER.resolve("rules.yml")).stream()
                .filter(line -> line.contains("- alert:")).map(line -> line.replaceAll(".*alert: ", ""))
                .toList();
        assertTrue(alerts.size() >= 11, alerts::toString);
        for (String alert : alerts) assertTrue(tests.contains("alertname=\"" + alert + "\""), alert);
    }

    @Test
    void each_query_of_the_dashboard_has_an_answer() throws Exception {
        installed("prometheus");
        List<String> queries = queries();
        assertTrue(queries.size() >= 15, queries::toString);
        try (Program program = Program.serving(directory, Program.patient(directory));
                Prometheus prometheus = new Prometheus(program.admin())) {
            prometheus.awaitScrape();
            requests(program);
            for (String query : queries) prometheus.awaitAnswer(query.replace("$__rate_interval", "20s"));
            assertEquals("success", prometheus.get("rules").get("status").textValue());
            assertEquals(2, prometheus.get("rules").get("data").get("groups").size());
            assertEquals("", prometheus.get("targets").at("/data/activeTargets/0/lastError").textValue());
        }
    }

    private static List<String> queries() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(
                DOCKER.resolve("grafana/dashboards/structured.json").toFile());
        List<String> queries = new ArrayList<>();
        dashboard.get("panels").forEach(panel -> panel.get("targets")
                .forEach(target -> queries.add(target.get("expr").textValue())));
        return queries;
    }

    /// Requests that succeed, lack a part, and fail.
    private static void requests(Program program) {
        Program.await("a first page",
                () -> RestAssured.get(program.pages() + "/products/1").statusCode() == 200);
        for (String chaos : List.of("none", "reviews:500", "price:500", "none")) {
            String query = chaos.equals("none") ? "" : "?chaos=" + chaos;
            int status = RestAssured.get(program.pages() + "/products/42" + query).statusCode();
            assertEquals(chaos.equals("price:500") ? 502 : 200, status, chaos);
        }
    }

    /// A Prometheus that scrapes the service every second.
    private final class Prometheus implements AutoCloseable {
        private final Process process;
        private final String url;
        private final Path log = directory.resolve("prometheus.log");

        Prometheus(String admin) throws IOException {
            int port = FreePort.any();
            url = "http://127.0.0.1:" + port;
            Files.copy(DOCKER.resolve("rules.yml"), directory.resolve("rules.yml"));
            String config = Files.readString(DOCKER.resolve("prometheus.yml"))
                    .replace("service:9090", admin.replace("http://", ""))
                    .replace("scrape_interval: 5s", "scrape_interval: 1s");
            Files.writeString(directory.resolve("prometheus.yml"), config);
            process = new ProcessBuilder("prometheus", "--config.file=" + directory.resolve("prometheus.yml"),
                    "--storage.tsdb.path=" + directory.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port)
                    .directory(directory.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
                    .start();
        }

        JsonNode get(String path) throws IOException {
            return new ObjectMapper().readTree(
                    RestAssured.given().urlEncodingEnabled(false).get(url + "/api/v1/" + path).asString());
        }

        void awaitScrape() {
            Program.await("a first scrape, log: " + log, () -> hasAnswer("up == 1"));
        }

        void awaitAnswer(String query) {
            Program.await("an answer to " + query, () -> hasAnswer(query));
        }

        private boolean hasAnswer(String query) {
            try {
                JsonNode answer = get("query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
                assertEquals("success", answer.get("status").textValue(), () -> query + ": " + answer);
                return !answer.get("data").get("result").isEmpty();
            } catch (IOException | RuntimeException notYet) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().orTimeout(60, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly())
                    .join();
        }
    }
}
