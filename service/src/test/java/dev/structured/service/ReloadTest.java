package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The configuration is changed while the service runs.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no SIGHUP")
final class ReloadTest {
    private static final String FILE = """
            downstreams:
              catalog: {url: 'demo:catalog', connectTimeout: 1min, maxConnections: 10}
            routes:
              - path: /%s/{id}
                deadline: 30s
                query: [chaos]
                parts:
                  product: {from: catalog, path: '/products/${id}', required: true}
            """;

    @TempDir
    private Path directory;

    private Path file;

    private Program serving(String route) throws IOException {
        file = directory.resolve("routes.yaml");
        write(route);
        return Program.serving(directory, file.toString());
    }

    /// Puts a new file in the old one's place, as editors do.
    private void write(String route) throws IOException {
        put(FILE.formatted(route));
    }

    private void put(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next.tmp"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Response get(String url) {
        return given().get(URI.create(url));
    }

    private static void awaitStatus(int status, String url) {
        Program.await(status + " of " + url, () -> get(url).statusCode() == status);
    }

    @Test
    void changed_file_is_served_and_requests_in_flight_keep_what_they_began_with() throws Exception {
        try (Program program = serving("one"); HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<HttpResponse<String>> slow = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(program.pages() + "/one/1?chaos=product:slow=8000"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Program.await("the slow request", () -> get(program.admin() + "/metrics").asString()
                    .contains(
                            "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} "
                                    + "1.0"));

            put(FILE.formatted("two").replace("10}", "20}"));

            awaitStatus(200, program.pages() + "/two/1");
            get(program.pages() + "/one/1").then().statusCode(404);
            assertEquals(200, slow.get().statusCode());
            get(program.admin() + "/openapi.json").then().statusCode(200).body("paths", hasKey("/two/{id}"));
            Program.await("only the new connections",
                    () -> get(program.admin() + "/metrics").asString().lines()
                            .filter(line -> line.startsWith("http_client_open_connections{")).count() == 2);
            get(program.admin() + "/metrics").then()
                    .body(containsString("structured_config_reload_total{result=\"served\"} 1.0"))
                    .body(containsString("\nstructured_tasks_live 0.0"));
        }
    }

    @Test
    void bad_file_changes_nothing_and_says_why() throws Exception {
        try (Program program = serving("one")) {
            put(FILE.formatted("two").replace("deadline", "deadlin"));

            Program.await("the reason in the log", () -> program.err().contains("did you mean 'deadline'?"));
            get(program.pages() + "/one/1").then().statusCode(200);
            get(program.pages() + "/two/1").then().statusCode(404);
            given().post(URI.create(program.admin() + "/config/reload")).then().statusCode(422)
                    .body("result", equalTo("refused"))
                    .body("problems", hasItem(containsString("routes.yaml:5:5: unknown key 'deadlin'")));
            get(program.admin() + "/metrics").then()
                    .body(containsString("structured_config_reload_total{result=\"refused\"} 2.0"));

            write("two");
            awaitStatus(200, program.pages() + "/two/1");
        }
    }

    @Test
    void hang_up_reads_the_file_again() throws Exception {
        try (Program program = serving("one")) {
            program.hangUp();

            Program.await("that it says so",
                    () -> program.err().contains("The configuration is the same as before (HUP)"));
            assertTrue(program.alive());
            program.terminate();
            assertEquals(0, program.exitCode());
        }
    }

    @Test
    void changed_included_file_is_served_and_one_that_is_new() throws Exception {
        Path common = Files.createDirectory(directory.resolve("common"));
        Files.writeString(common.resolve("downstreams.yaml"),
                "downstreams: {catalog: {url: 'demo:catalog', connectTimeout: 1min}}\n");
        String routes = FILE.substring(FILE.indexOf("routes:"));
        Files.writeString(common.resolve("pages.yaml"), routes.formatted("one"));
        file = directory.resolve("routes.yaml");
        put("include: [common/downstreams.yaml, common/pages.yaml]\n");
        try (Program program = Program.serving(directory, file.toString())) {
            Files.writeString(common.resolve("pages.yaml"), routes.formatted("two"));
            awaitStatus(200, program.pages() + "/two/1");

            Files.writeString(common.resolve("pages.yaml"),
                    routes.formatted("three").replace("deadline", "deadlin"));
            Program.await("the file in the log",
                    () -> program.err().contains("common/pages.yaml:3:5: unknown key"));
            get(program.pages() + "/two/1").then().statusCode(200);

            put("include: [common/downstreams.yaml, later/pages.yaml]\n");
            Program.await("the missing file", () -> program.err().contains("there is no file"));
            Path later = Files.createDirectory(directory.resolve("later"));
            Files.writeString(later.resolve("pages.yaml"), routes.formatted("four"));
            awaitStatus(200, program.pages() + "/four/1");
        }
    }

    /// As Kubernetes does: each file is a link through `..data`, which is replaced as a whole.
    @Test
    void changed_secret_alone_is_in_effect_and_a_broken_one_changes_nothing() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("secrets"));
        swap(mount, "v1", sha256("one"));
        Files.createSymbolicLink(mount.resolve("key"), Path.of("..data/key"));
        file = directory.resolve("routes.yaml");
        put("""
                clients: {app: {keys: ['${file:%s}']}}
                downstreams: {d: {url: 'demo:catalog'}}
                routes:
                  - {path: /p, deadline: 30s, access: {clients: [app]}, parts: {p: {value: 1}}}
                """.formatted(mount.resolve("key")));
        try (Program program = Program.serving(directory, file.toString())) {
            String page = program.pages() + "/p";
            assertEquals(200, statusWith("one", page));

            swap(mount, "v2", sha256("two"));
            Program.await("the new key", () -> statusWith("two", page) == 200);
            assertEquals(401, statusWith("one", page));

            swap(mount, "v3", "a hash-that-is-none");
            Program.await("what is wrong", () -> program.err().contains("what the file says is never shown"));
            assertEquals(200, statusWith("two", page));
            assertTrue(!program.err().contains("hash-that-is-none"), program::err);

            swap(mount, "v4", sha256("four"));
            Program.await("the key after that", () -> statusWith("four", page) == 200);
        }
    }

    private static int statusWith(String key, String page) {
        return given().header("X-API-Key", key).get(URI.create(page)).statusCode();
    }

    private static void swap(Path mount, String version, String key) throws IOException {
        Path next = Files.createDirectory(mount.resolve(".." + version));
        Files.writeString(next.resolve("key"), key);
        Path link = Files.createSymbolicLink(mount.resolve("..tmp"), next.getFileName());
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String sha256(String key) throws Exception {
        return "sha256:" + HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
    }
}
