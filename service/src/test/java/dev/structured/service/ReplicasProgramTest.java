package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The program with three replicas of a downstream, one of which begins to fail.
@Timeout(120)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReplicasProgramTest {
    private static final String FILE = """
            downstreams:
              pricing:
                urls: [demo:pricing, demo:pricing-2, demo:pricing-3]
                connectTimeout: 1min
                choice: round_robin
                ejection: {base: 10min, max: 10min}
                healthCheck: {path: /prices/SKU-1, interval: 10min}
                retry: {attempts: %s, statuses: [500]}
            routes:
              - path: /prices/{id}
                deadline: 1min
                parts:
                  price: {from: pricing, path: "/prices/SKU-${id}", required: true}
            """;

    @TempDir
    private Path directory;

    private static Response get(String url) {
        return given().get(URI.create(url));
    }

    private static void ask(Program program) {
        for (int i = 0; i < 60; i++) assertEquals(200, get(program.pages() + "/prices/42").statusCode());
    }

    private static List<String> endpoints(Program program, String field) {
        return get(program.admin() + "/endpoints").jsonPath().getList("pricing." + field);
    }

    @Test
    void replica_that_fails_is_left_alone_also_after_a_reload() throws IOException {
        Path file = Files.writeString(directory.resolve("routes.yaml"), FILE.formatted("2"));
        try (Program program = Program.serving(directory, file.toString())) {
            ask(program);
            List<String> addresses = endpoints(program, "endpoint");
            assertEquals(3, addresses.size());
            given().body("500").put(URI.create("http://" + addresses.get(1) + "/chaos"));

            ask(program);

            assertEquals("failures", endpoints(program, "leftAlone").get(1), program::err);
            assertTrue(program.err().contains("endpoint " + addresses.get(1) + " is left alone"),
                    program::err);
            Files.writeString(file, FILE.formatted("3"));
            assertEquals(200, given().post(URI.create(program.admin() + "/config/reload")).statusCode());
            assertEquals("failures", endpoints(program, "leftAlone").get(1));
            ask(program);
            String metrics = get(program.admin() + "/metrics").asString();
            assertTrue(metrics.contains("structured_endpoint_ejected{downstream=\"pricing\",endpoint=\""
                    + addresses.get(1) + "\"} 1.0"), metrics);
            assertTrue(metrics.contains(
                    "structured_endpoint_ejections_total{cause=\"failures\",downstream=\"pricing\"} 1.0"),
                    metrics);
            assertTrue(
                    metrics.contains(
                            "structured_endpoint_checks_total{downstream=\"pricing\",outcome=\"ok\"}"),
                    metrics);
            assertFalse(metrics.contains("url_template=\"/prices/SKU-1\""), metrics);
        }
    }
}
