package dev.structured.service.ops;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminGateTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final List<String> PAGES = List.of("/", "/metrics", "/tasks", "/tasks?stacks", "/config",
            "/openapi.json", "/nothing");

    private final Scheduler scheduler = Scheduler.open();
    private final Readiness readiness = new Readiness();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private String metrics = "answer 42\n";
    private AdminServer server = server(AdminPolicy.DEFAULT);
    private int port;

    private AdminServer server(AdminPolicy policy) {
        AdminSources sources = new AdminSources(readiness, _ -> metrics, Map::of, new FailedCalls(),
                scheduler, new Control(), null);
        return new AdminServer(new ListenAddress("127.0.0.1", 0), sources, policy, ConnectionObserver.NONE);
    }

    private RequestSpecification admin(AdminPolicy policy) throws IOException {
        server = server(policy);
        return admin();
    }

    private RequestSpecification admin() throws IOException {
        if (port == 0) port = server.start();
        readiness.ready();
        return given().baseUri("http://127.0.0.1").port(port);
    }

    @AfterEach
    void stop() {
        server.stop();
        scheduler.close();
    }

    /* --- Host --- */

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9090", "127.1.2.3", "localhost", "LOCALHOST:1", "[::1]:9090", "[::1]"})
    void loopback_name_is_answered(String host) throws IOException {
        admin();
        assertEquals("200", status("GET /config", "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:9090", "localhost.evil.example",
            "127.0.0.1.evil.example", "10.0.0.1", "evil.example#localhost", "[::1].evil", "localhost:9090:1",
            "0.0.0.0"})
    void other_name_is_refused_but_for_probes(String host) throws IOException {
        admin();
        for (String page : PAGES) assertRefused(status("GET " + page, "Host: " + host));
        assertRefused(status("POST /config/reload", "Host: " + host, "Content-Length: 0"));
        assertEquals(List.of(), asked);
        if (host.startsWith("[") || host.contains("#") || host.endsWith(":1")) return; // 400 for all
        assertEquals("200", status("GET /readyz", "Host: " + host));
        assertEquals("200", status("GET /livez", "Host: " + host));
    }

    private static void assertRefused(String status) {
        assertTrue(Set.of("421", "400").contains(status), status);
    }

    @Test
    void listed_name_is_answered() throws IOException {
        admin(new AdminPolicy(Set.of("service", "10.0.0.1"), null, false));
        assertEquals("200", status("GET /metrics", "Host: service:9090"));
        assertEquals("200", status("GET /metrics", "Host: 10.0.0.1"));
        assertEquals("200", status("GET /metrics", "Host: localhost"));
        assertEquals("421", status("GET /metrics", "Host: service2"));
    }

    @Test
    void star_answers_every_name() throws IOException {
        admin(new AdminPolicy(Set.of("*"), null, false));
        assertEquals("200", status("GET /metrics", "Host: anything.example"));
    }

    /* --- Token --- */

    @Test
    void with_a_token_only_probes_are_answered_without_it() throws IOException {
        RequestSpecification admin = admin(new AdminPolicy(Set.of(), TOKEN, false));
        for (String page : PAGES) {
            admin.get(page).then().statusCode(401).header("WWW-Authenticate", containsString("Bearer"))
                    .contentType("application/problem+json");
        }
        admin().post("/config/reload").then().statusCode(401);
        assertEquals(List.of(), asked);
        admin().get("/livez").then().statusCode(200);
        admin().get("/readyz").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"Bearer 0123456789abcdef, 200", "bearer 0123456789abcdef, 200",
            "Bearer 0123456789abcdeF, 401",
            "Bearer 0123456789abcde, 401", "Bearer 0123456789abcdef0, 401", "Bearer, 401",
            "Basic 0123456789abcdef, 401", "0123456789abcdef, 401"})
    void token_must_be_the_same(String authorization, int status) throws IOException {
        admin(new AdminPolicy(Set.of(), TOKEN, false)).header("Authorization", authorization).get("/config")
                .then().statusCode(status);
    }

    /// A proxy in front of the listener may have checked only the other one.
    @Test
    void token_beside_another_is_none() throws IOException {
        admin(new AdminPolicy(Set.of(), TOKEN, false));
        String right = "Authorization: Bearer " + TOKEN;
        String wrong = "Authorization: Bearer x";
        assertEquals("200", status("GET /config", "Host: localhost", right));
        assertEquals("401", status("GET /config", "Host: localhost", right, wrong));
        assertEquals("401", status("GET /config", "Host: localhost", wrong, right));
    }

    @Test
    void policy_does_not_print_its_token() {
        assertFalse(new AdminPolicy(Set.of(), TOKEN, false).toString().contains(TOKEN));
    }

    /* --- Changes, and pages in a browser --- */

    @Test
    void read_only_listener_changes_nothing() throws IOException {
        RequestSpecification admin = admin(new AdminPolicy(Set.of(), null, true));
        admin.post("/config/reload").then().statusCode(403);
        admin().post("/config/rollback").then().statusCode(403);
        admin().get("/config").then().statusCode(200);
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @CsvSource({"cross-site, 403", "same-site, 403", "same-origin, 200", "none, 200"})
    void page_of_another_site_reads_and_changes_nothing(String site, int status) throws IOException {
        admin().header("Sec-Fetch-Site", site).post("/config/reload").then().statusCode(status);
        admin().header("Sec-Fetch-Site", site).header("Sec-Fetch-Mode", "no-cors")
                .header("Sec-Fetch-Dest", "image").get("/tasks?stacks").then().statusCode(status);
        assertEquals(status == 200 ? List.of("reload") : List.of(), asked);
    }

    @Test
    void link_of_another_site_may_be_followed() throws IOException {
        admin().header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "document").get("/tasks").then().statusCode(200);
        admin().header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "document").post("/config/reload").then().statusCode(403);
        admin().header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "iframe").get("/tasks").then().statusCode(403);
    }

    @Test
    void every_answer_has_the_security_headers() throws IOException {
        for (String page : List.of("/", "/metrics", "/tasks", "/config", "/openapi.json", "/livez", "/readyz",
                "/nothing")) {
            admin().get(page).then().header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("Content-Security-Policy", containsString("default-src 'none'"))
                    .header("X-Frame-Options", equalTo("DENY"))
                    .header("Cross-Origin-Resource-Policy", equalTo("same-origin"))
                    .header("Cache-Control", equalTo("no-store"));
        }
        assertTrue(answer("GET /%zz", "Host: localhost").contains("nosniff"));
        assertTrue(answer("GET /config", "Host: evil.example").contains("nosniff"));
    }

    /* --- Slow readers --- */

    @Test
    void readers_that_do_not_read_stop_nobody_else() throws IOException {
        metrics = "m 1\n".repeat(2_000_000);
        admin();
        List<Socket> sockets = new ArrayList<>();
        try {
            scheduler.run("page", () -> Nursery.run("parts", nursery -> {
                for (int i = 0; i < 800; i++) nursery.startSoon("part " + i, Checkpoints::sleepForever);
                for (int i = 0; i < 30; i++) {
                    sockets.add(silent("GET /tasks?stacks"));
                    sockets.add(silent("GET /metrics"));
                }
                for (String page : List.of("/livez", "/readyz", "/config", "/openapi.json", "/")) {
                    admin().get(page).then().statusCode(200);
                }
                admin().post("/config/reload").then().statusCode(200);
                nursery.scope().cancel();
            }));
        } finally {
            for (Socket socket : sockets) socket.close();
        }
    }

    @Test
    void answers_of_a_page_that_nobody_reads_are_bounded() throws Exception {
        metrics = "m 1\n".repeat(2_000_000);
        admin();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) sockets.add(silent("GET /metrics"));
            String answer = answer("GET /metrics", "Host: localhost");
            while (!answer.startsWith("HTTP/1.1 503 "))
                answer = answer("GET /metrics", "Host: localhost");
            assertTrue(answer.contains("Retry-After: 1"), answer);
        } finally {
            for (Socket socket : sockets) socket.close();
        }
        while (!status("GET /metrics", "Host: localhost").equals("200"))
            Thread.sleep(1);
    }

    /// Sends a request, and does not read the answer.
    private Socket silent(String request) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        send(socket, request, "Host: localhost");
        return socket;
    }

    private String status(String request, String... headers) throws IOException {
        return answer(request, headers).split(" ", 3)[1];
    }

    private String answer(String request, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            send(socket, request, headers);
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(2048), StandardCharsets.ISO_8859_1);
        }
    }

    private static void send(Socket socket, String request, String... headers) throws IOException {
        String head = request + " HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers)
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    private final class Control implements ConfigControl {
        @Override
        public Status status() {
            return new Status(null, List.of(), "abc", Instant.EPOCH, 1, 1);
        }

        @Override
        public String openApi() {
            return "{}";
        }

        @Override
        public Change reload(String cause, boolean dryRun) {
            asked.add("reload");
            return new Change(Result.UNCHANGED, List.of(), List.of());
        }

        @Override
        public Change rollback() {
            asked.add("rollback");
            return new Change(Result.UNCHANGED, List.of(), List.of());
        }
    }
}
