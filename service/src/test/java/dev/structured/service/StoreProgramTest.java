package dev.structured.service;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.structured.service.redis.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole program with a shared store, and without.
@Timeout(120)
class StoreProgramTest {
    private static final String LIBRARIES = "(?s).*\\b(io\\.lettuce|io\\.netty|reactor\\.core|org\\.reacti"
            + "vestreams|"
            + "dev\\.structured\\.service\\.redis)\\..*";

    @TempDir
    private Path directory;

    private Path config(String store, String shared) throws IOException {
        return Files.writeString(directory.resolve("routes.yaml"), """
                %s
                downstreams: {stock: {url: demo:stock, connectTimeout: 1min}}
                routes:
                  - path: /stock/{id}
                    deadline: 30s
                    rateLimit: {requests: 4, per: 60min, by: route%s}
                    parts: {stock: {from: stock, path: "/stock/${id}"}}
                """.formatted(store, shared));
    }

    private static int status(Program program) {
        return get(program.pages() + "/stock/42").statusCode();
    }

    private static void awaitLimits(Program program, String kind) {
        Program.await(kind + " limits",
                () -> get(program.admin() + "/readyz").asString().contains("\"" + kind + "\""));
    }

    @Test
    void replicas_share_a_limit_and_each_has_its_own_while_the_store_is_gone() throws Exception {
        try (RedisServer redis = RedisServer.start(directory)) {
            Path file = config("store: {url: \"" + redis.url() + "\", timeout: 5s}", ", shared: true");
            try (Program one = Program.serving(directory, file.toString());
                    Program other = Program.serving(directory, file.toString())) {
                awaitLimits(one, "shared");
                awaitLimits(other, "shared");
                assertEquals(List.of(200, 200, 200, 200, 429, 429),
                        List.of(status(one), status(other), status(one), status(other), status(one),
                                status(other)));

                redis.stop();
                awaitLimits(one, "local");
                assertEquals(200, status(one));
                get(one.admin() + "/readyz").then().statusCode(200);
                get(one.admin() + "/metrics").then().body(containsString("\nstructured_store_up 0.0"));
                Program.await("a warning",
                        () -> one.err().contains("each replica counts requests by itself"));

                redis.startAgain();
                awaitLimits(one, "shared");
                get(one.admin() + "/metrics").then()
                        .body(containsString(
                                "structured_store_calls_total{operation=\"take\",result=\"ok\"}"));
                one.terminate();
                assertEquals(0, one.exitCode());
            }
        }
    }

    @Test
    void old_answer_survives_a_restart_and_its_downstream() throws Exception {
        HttpServer stock = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stock.createContext("/", exchange -> {
            byte[] body = "{\"available\":7}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        stock.start();
        try (RedisServer redis = RedisServer.start(directory)) {
            Path file = Files.writeString(directory.resolve("routes.yaml"),
                    """
                            store: {url: "%s", timeout: 5s}
                            downstreams:
                              stock: {url: "http://127.0.0.1:%d", connectTimeout: 1min, cache: {staleFor: 60min, shared: true}}
                            routes:
                              - path: /stock/{id}
                                deadline: 30s
                                parts: {stock: {from: stock, path: "/stock/${id}", onFailure: stale}}
                            """
                            .formatted(redis.url(), stock.getAddress().getPort()));
            try (Program before = Program.serving(directory, file.toString())) {
                awaitLimits(before, "shared");
                get(before.pages() + "/stock/42").then().body("stock.available", equalTo(7));
                before.terminate();
                assertEquals(0, before.exitCode());
            }
            stock.stop(0);
            try (Program after = Program.serving(directory, file.toString())) {
                awaitLimits(after, "shared");
                get(after.pages() + "/stock/42").then().body("stock.available", equalTo(7))
                        .body("missing.stock.instead", equalTo("stale"));
                get(after.pages() + "/stock/43").then().body("stock", nullValue());
                get(after.admin() + "/metrics").then()
                        .body(containsString(
                                "structured_cache_shared_total{downstream=\"stock\",result=\"found\"} 1.0"));
            }
        } finally {
            stock.stop(0);
        }
    }

    @Test
    void nothing_of_the_store_is_loaded_where_none_is_configured() throws Exception {
        assertEquals(false, loadedClasses(config("", "")).matches(LIBRARIES));
    }

    @Test
    void the_store_is_loaded_where_it_is_configured() throws Exception {
        // Nobody listens there, which is no reason not to start.
        String loaded = loadedClasses(config("store: {url: \"redis://127.0.0.1:1\"}", ", shared: true"));
        assertTrue(loaded.matches(LIBRARIES));
    }

    private String loadedClasses(Path file) throws Exception {
        Path log = directory.resolve("classes.txt");
        Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
        try (Program program = Program.serving(directory, environment, file.toString())) {
            assertEquals(200, status(program));
            get(program.admin() + "/metrics").then().statusCode(200);
            get(program.admin() + "/readyz").then().statusCode(200);
            program.terminate();
            assertEquals(0, program.exitCode());
        }
        return Files.readString(log);
    }
}
