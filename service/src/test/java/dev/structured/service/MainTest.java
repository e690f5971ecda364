package dev.structured.service;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private static final Map<String, String> ANY_PORTS = Map.of("PORT", "0", "ADMIN_PORT", "0");

    @TempDir
    private Path directory;

    @Test
    void what_it_prints_can_be_tried_and_SIGTERM_ends_it_with_0() throws Exception {
        try (Program program = Program.serving(directory)) {
            Response page = until(program.printed("curl (\\S+/products/42)"),
                    each -> each.statusCode() == 200 && each.path("reviews") != null);
            page.then().body("product", notNullValue());
            page = until(program.printed("curl '(\\S+\\?chaos=reviews:hang)'"),
                    each -> each.statusCode() == 200);
            page.then().body("product", notNullValue()).body("reviews", nullValue());
            String metrics = program.printed("curl (\\S+/metrics)");
            until(metrics, each -> each.asString().contains("\nstructured_tasks_live 0.0")).then()
                    .statusCode(200)
                    .body(containsString("http_server_request_duration_seconds_count{"))
                    .body(containsString(
                            "structured_part_outcome_total{outcome=\"timeout\",part=\"reviews\""))
                    .body(containsString("http_client_open_connections{"));
            get(program.admin() + "/readyz").then().statusCode(200);

            program.terminate();
            assertEquals(0, program.exitCode());
            assertFalse(program.err().contains("Exception"), program.err());
        }
    }

    /// A certificate that expires overnight must not keep the service from starting in the morning.
    @Test
    void start_with_a_certificate_that_has_expired_is_warned_of() throws Exception {
        ExpiredCertificate.write(directory);
        try (Program program = Program.serving(directory, "routes.yaml")) {
            String warning = "WARN Configuration - routes.yaml:1:29: warning: 'certificate' of 'tls' of "
                    + "'server' of the configuration names own.pem, which expired at 2026-01-31T12:00:00Z";
            Program.await("the warning", () -> program.err().contains(warning));
            until(program.admin() + "/metrics", each -> each.asString()
                    .contains("\nstructured_certificate_expires_timestamp_seconds 1.7698608E9"));
        }
    }

    /// The downstream answers when the service has begun to end.
    @Test
    void request_that_runs_at_SIGTERM_is_answered() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        try (ServerSocket catalog = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerOne(catalog, ending));
            Path patient = config("drainTimeout: 55s", "deadline: 55s");
            Files.writeString(patient, Files.readString(patient).replace("demo:catalog",
                    "http://127.0.0.1:" + catalog.getLocalPort()));
            try (Program program = Program.serving(directory, patient.toString());
                    Socket client = request(program, "/products/42")) {
                awaitOneRequest(program);
                program.terminate();
                Program.await("it ends", () -> get(program.admin() + "/readyz").statusCode() == 503);
                ending.countDown();
                assertTrue(answer(client).startsWith("HTTP/1.1 200 "));
                assertEquals(0, program.exitCode());
            }
        }
    }

    private static void answerOne(ServerSocket port, CountDownLatch when) {
        try (Socket service = port.accept()) {
            when.await();
            service.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
                    .getBytes(StandardCharsets.US_ASCII));
            service.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException | InterruptedException over) {
            // The test is over.
        }
    }

    /// Clients that ask on new connections, and clients that keep theirs for as long as they may.
    ///
    /// A connection that comes between the last look at the queue and the close of the port is not taken. If
    /// the machine stalls just there, many are: so it is tried several times.
    @Test
    void service_that_ends_under_load_fails_no_request_that_it_took() throws Exception {
        List<Integer> notTaken = new ArrayList<>();
        do {
            assertTrue(notTaken.size() < 5, () -> notTaken + " connections were not taken");
            notTaken.add(notTakenAtTheEnd());
        } while (notTaken.getLast() > 2);
    }

    private int notTakenAtTheEnd() throws Exception {
        Path delayed = config("drainDelay: 1s", "deadline: 55s");
        try (Program program = Program.serving(directory, delayed.toString())) {
            try (LoadedClients clients = LoadedClients.of(URI.create(program.pages()), 4, 4)) {
                Program.await("some answers", () -> clients.answered() > 50);
                int before = clients.answered();
                program.terminate();
                assertEquals(0, program.exitCode());
                clients.awaitRefused();
                assertEquals(List.of(), clients.failures());
                assertTrue(clients.answered() > before, "answers while it ended");
                return clients.notTaken();
            }
        }
    }

    @Test
    void request_that_outlives_the_drain_timeout_is_cancelled() throws Exception {
        Path patient = config("drainTimeout: 100ms", "deadline: 55s");
        try (Program program = Program.serving(directory, patient.toString());
                Socket client = request(program, "/products/42?chaos=product:hang")) {
            awaitOneRequest(program);
            program.terminate();
            String answer = answer(client);
            assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
            assertTrue(answer.contains("Retry-After:"), answer);
            assertEquals(0, program.exitCode());
        }
    }

    @Test
    void draining_service_says_so_and_still_answers_during_the_delay() throws Exception {
        Path delayed = config("drainDelay: 50s", "deadline: 55s");
        try (Program program = Program.serving(directory, delayed.toString())) {
            get(program.admin() + "/readyz").then().statusCode(200);
            program.terminate();
            Program.await("not ready", () -> get(program.admin() + "/readyz").statusCode() == 503);
            get(program.admin() + "/readyz").then().body("checks[0].data.state", equalTo("draining"));
            get(program.admin() + "/livez").then().statusCode(200);
            get(program.pages() + "/products/42").then().statusCode(200);

            program.terminate();
            assertEquals(143, program.exitCode(), "the second signal ends it at once");
        }
    }

    @Test
    void port_in_use_is_named_with_the_flag_that_moves_it() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            refuses("Port " + port
                    + " of 127.0.0.1 is in use: stop the program that listens there, or choose another "
                    + "one with --port"
                    + " or in PORT (0 means any free port).\n", "--port", "" + port);
            refuses("Port " + port
                    + " of 127.0.0.1 is in use: stop the program that listens there, or choose another "
                    + "one with"
                    + " --admin-port or in ADMIN_PORT (0 means any free port).\n", "--admin-port", "" + port);
        }
    }

    @Test
    void foreign_address_is_named_with_the_flag_that_changes_it() throws Exception {
        refuses("'no.such.host.invalid' is not an address of this machine. Choose one with --host or in "
                + "HOST: 127.0.0.1"
                + " accepts this machine only, 0.0.0.0 all interfaces.\n", "--host", "no.such.host.invalid");
    }

    @Test
    void missing_file_is_named() throws Exception {
        try (Program program = Program.start(directory, ANY_PORTS, "no-such.yaml")) {
            assertEquals(2, program.exitCode());
            assertTrue(program.err().startsWith("no-such.yaml: no such file"), program.err());
        }
    }

    @Test
    void mistake_in_the_file_is_told_with_its_line_and_fix() throws Exception {
        Path wrong = config("drainTimout: 1s");
        try (Program program = Program.start(directory, ANY_PORTS, wrong.getFileName().toString())) {
            assertEquals(2, program.exitCode());
            assertTrue(program.err().startsWith("routes.yaml:2:3: "), program.err());
            assertTrue(program.err().contains("did you mean 'drainTimeout'?"), program.err());
            assertEquals("", program.out());
        }
    }

    @Test
    void unknown_flag_is_refused() throws Exception {
        refuses("Unknown flag '--prot'; did you mean '--port'? --help lists all flags.\n", "--prot", "1");
    }

    @Test
    void help_goes_to_stdout() throws Exception {
        try (Program program = Program.start(directory, Map.of(), "--help")) {
            assertEquals(0, program.exitCode());
            assertEquals(CommandLine.help(), program.out());
        }
    }

    @Test
    void demo_downstream_runs_alone_until_SIGTERM() throws Exception {
        try (Program program = Program.start(directory, Map.of(), "demo", "catalog", "--port", "0")) {
            Program.await("the address", () -> program.out().contains("Ctrl+C"));
            get(program.printed("catalog: (\\S+)") + "/products/42").then().statusCode(200);
            program.terminate();
            assertEquals(0, program.exitCode());
        }
    }

    /// Asks for a URL as it stands.
    private static Response get(String url) {
        return given().urlEncodingEnabled(false).get(url);
    }

    /// Asks for a URL until the answer is as it should be: the parts have little time, and a busy machine may
    /// need more for the first pages.
    private static Response until(String url, Predicate<Response> good) {
        AtomicReference<Response> last = new AtomicReference<>(get(url));
        Program.await(url, () -> good.test(last.get()) || good.test(last.updateAndGet(_ -> get(url))));
        return last.get();
    }

    private void refuses(String message, String... args) throws Exception {
        try (Program program = Program.start(directory, ANY_PORTS, args)) {
            assertEquals(2, program.exitCode());
            assertEquals(message, program.err());
            assertEquals("", program.out());
        }
    }

    /// Writes the demo's configuration with these settings in place of its own.
    private Path config(String... settings) throws IOException {
        String text = """
                server:
                  %s
                downstreams:
                  catalog:
                    url: demo:catalog
                    connectTimeout: 1min
                routes:
                  - path: /products/{id}
                    deadline: 800ms
                    query: [chaos]
                    parts:
                      product:
                        from: catalog
                        path: /products/${id}
                        required: true
                """.formatted(settings[0]);
        if (settings.length > 1) text = text.replace("deadline: 800ms", settings[1]);
        return Files.writeString(directory.resolve("routes.yaml"), text);
    }

    private static Socket request(Program program, String path) throws IOException {
        URI address = URI.create(program.pages());
        var client = new Socket(address.getHost(), address.getPort());
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static String answer(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void awaitOneRequest(Program program) {
        String running = "http_server_active_requests{http_request_method=\"GET\",url_scheme=\"http\"} 1.0";
        Program.await("a request in flight",
                () -> get(program.admin() + "/metrics").asString().contains(running));
    }
}
