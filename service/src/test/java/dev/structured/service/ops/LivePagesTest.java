package dev.structured.service.ops;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.server.ConnectionObserver;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.view.Lints;
import dev.structured.service.view.LiveTick;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages about requests, and the stream of ticks, on a real admin listener.
class LivePagesTest {
    private static final String TOKEN = "0123456789abcdef";

    private final Recordings recordings = new Recordings(true);
    private final AtomicInteger written = new AtomicInteger();
    private final List<String> knobs = new ArrayList<>();

    private interface Body {
        void run(int port) throws Exception;
    }

    private final class Knobs implements DemoControl {
        @Override
        public @Nullable String chaos(String downstream) {
            return "none";
        }

        @Override
        public void chaos(String downstream, String kind) {
            if (kind.equals("bad")) throw new IllegalArgumentException("There is no kind 'bad'");
            knobs.add(downstream + " " + kind);
        }

        @Override
        public void load(int perSecond) {
            knobs.add("load " + perSecond);
        }

        @Override
        public int load() {
            return 7;
        }
    }

    private void serving(AdminPolicy policy, Body body) throws Exception {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run("test", nursery -> {
                try (LiveStream stream = LiveStream.open(nursery)) {
                    RequestSource requests = new RequestSource(recordings, stream, this::tick, new Knobs());
                    AdminSources sources = new AdminSources(new Readiness(), _ -> "", Map::of,
                            new FailedCalls(), scheduler, new NoConfig(), requests);
                    AdminServer server = new AdminServer(new ListenAddress("127.0.0.1", 0), sources, policy,
                            ConnectionObserver.NONE);
                    int port = server.start();
                    try {
                        body.run(port);
                    } finally {
                        server.stop();
                    }
                }
                nursery.scope().cancel("the test is over");
            }));
        }
    }

    private LiveTick tick() {
        written.incrementAndGet();
        return LiveTick.of(recordings, _ -> List.of(), Lints.Faults.NONE, LiveTick.Listener.UNKNOWN);
    }

    private static RequestSpecification admin(int port) {
        return given().baseUri("http://127.0.0.1").port(port).redirects().follow(false);
    }

    private static BufferedReader look(Socket viewer, String headers) throws IOException {
        viewer.setSoTimeout(60_000);
        viewer.getOutputStream().write(("GET /live HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(viewer.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String line(String holding, BufferedReader reader) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.contains(holding)) return line;
        }
        throw new IOException("The stream ended");
    }

    /* --- Pages --- */

    @Test
    void browsers_get_the_page_and_other_clients_the_list() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            admin(port).header("Accept", "text/html,*/*").get("/").then().statusCode(302)
                    .header("Location", containsString("/ui/"));
            admin(port).get("/").then().statusCode(200).body(containsString("/requests"));
            admin(port).get("/ui").then().statusCode(302);
            admin(port).get("/ui/").then().statusCode(200).contentType(ContentType.HTML)
                    .header("Content-Security-Policy", containsString("script-src 'self'"));
        });
    }

    @Test
    void page_has_at_most_130_kB_and_names_no_other_origin() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            int bytes = 0;
            for (String file : List.of("", "app.js", "draw.js", "style.css", "uPlot.iife.min.js",
                    "uPlot.min.css")) {
                byte[] content = admin(port).get("/ui/" + file).then().statusCode(200).extract()
                        .asByteArray();
                bytes += content.length;
                String text = new String(content, StandardCharsets.UTF_8);
                if (file.startsWith("uPlot")) continue;
                assertTrue(
                        text.lines().noneMatch(each -> each.matches(".*(src|href|url\\()=?[\"']?https?:.*")),
                        file);
            }
            int all = bytes;
            assertTrue(all <= 130_000, () -> "The page has " + all + " bytes");
        });
    }

    @Test
    void page_needs_no_token_and_everything_else_does() throws Exception {
        serving(new AdminPolicy(Set.of(), TOKEN, false), port -> {
            admin(port).get("/ui/").then().statusCode(200);
            for (String path : List.of("/live", "/live/now", "/requests", "/requests/a", "/where", "/demo",
                    "/minute.html", "/minute.ndjson")) {
                admin(port).get(path).then().statusCode(401);
            }
            admin(port).header("Authorization", "Bearer " + TOKEN).get("/requests").then().statusCode(200);
        });
    }

    @Test
    void request_is_listed_found_and_cancelled() throws Exception {
        Recorder request = recordings.begin("me", "GET", "/a?b=c", System.nanoTime());
        request.routed("GET /a");
        AtomicInteger cancelled = new AtomicInteger();
        request.cancellable(cancelled::incrementAndGet);
        serving(AdminPolicy.DEFAULT, port -> {
            admin(port).accept(ContentType.JSON).get("/requests").then().body("running", equalTo(1))
                    .body("requests[0].id", equalTo("me"));
            admin(port).get("/requests").then().body(containsString("1 in flight, 0 kept"));
            admin(port).accept(ContentType.JSON).get("/requests/me").then().body("target", equalTo("/a?b=c"))
                    .body("running", equalTo(true));
            admin(port).get("/requests/nobody").then().statusCode(404)
                    .body(containsString("GET /requests lists those that there are"));
            String place = admin(port).accept(ContentType.JSON).get("/requests?waits=-").then()
                    .body("matching", equalTo(1)).extract().path("requests[0].waitsAt");
            admin(port).accept(ContentType.JSON).queryParam("waits", place).get("/requests").then()
                    .body("matching", equalTo(1));
            for (String other : List.of("reviews", "-: x", "-:")) {
                admin(port).accept(ContentType.JSON).queryParam("waits", other).get("/requests").then()
                        .body("matching", equalTo(0));
            }
            admin(port).get("/requests?rute=x").then().statusCode(400)
                    .body(containsString("There is no filter 'rute'"));
            admin(port).get("/where").then().body("total", equalTo(1));
            admin(port).get("/requests/me/cancel").then().statusCode(405).header("Allow", "POST");
            assertEquals(0, cancelled.get());
            admin(port).post("/requests/nobody/cancel").then().statusCode(404);
            admin(port).post("/requests/me/cancel").then().statusCode(202);
            assertEquals(1, cancelled.get());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/requests/me/cancel", "/demo/chaos?downstream=a&kind=hang",
            "/demo/load?rate=10"})
    void changes_are_for_this_page_and_for_tools(String path) throws Exception {
        Recorder request = recordings.begin("me", "GET", "/", System.nanoTime());
        request.cancellable(() -> {});
        serving(AdminPolicy.DEFAULT, port -> {
            String own = "http://127.0.0.1:" + port;
            admin(port).header("Origin", "http://evil.example").post(path).then().statusCode(403);
            admin(port).header("Origin", "null").post(path).then().statusCode(403);
            admin(port).header("Origin", own).post(path).then().statusCode(403); // not a browser
            assertEquals(List.of(), knobs);
            int status = admin(port).header("Origin", own).header("Sec-Fetch-Site", "same-origin").post(path)
                    .statusCode();
            assertTrue(status == 200 || status == 202, () -> "status " + status);
        });
        serving(new AdminPolicy(Set.of(), null, true), port -> admin(port).post(path).then()
                .statusCode(403));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /demo/chaos         | POST
            GET    | /demo/load          | POST
            GET    | /requests/me/cancel | POST
            PUT    | /demo               | GET, HEAD
            DELETE | /log                | GET, POST, HEAD
            """)
    void method_that_a_path_lacks_is_told_those_that_it_has(String method, String path, String allowed)
            throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            for (String accept : List.of("*/*", "text/html")) {
                admin(port).header("Accept", accept).request(method, path).then().statusCode(405)
                        .header("Allow", allowed);
            }
        });
    }

    @Test
    void knobs_of_the_demo_say_what_is_wrong() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            admin(port).post("/demo/chaos?downstream=a&kind=bad").then().statusCode(400)
                    .body(equalTo("There is no kind 'bad'.\n"));
            admin(port).post("/demo/load?rate=many").then().statusCode(400);
            admin(port).post("/demo/load").then().statusCode(400).body(containsString("'rate' is missing"));
            admin(port).get("/demo").then().body("load", equalTo(7));
        });
    }

    /* --- The stream --- */

    @Test
    void viewers_get_ticks_written_once_for_all() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            try (Socket one = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket two = new Socket(InetAddress.getLoopbackAddress(), port)) {
                BufferedReader first = look(one, "");
                BufferedReader second = look(two, "");
                Set<String> seen = new HashSet<>(Set.of(line("\"atMs\"", first)));
                assertEquals(0,
                        new ObjectMapper().readTree(seen.iterator().next()).path("where").path("total")
                                .asInt(-1));
                // Either may have begun to look first.
                Set<String> alsoSeen = new HashSet<>(Set.of(line("\"atMs\"", second)));
                while (Collections.disjoint(seen, alsoSeen)) {
                    seen.add(line("\"atMs\"", first));
                    alsoSeen.add(line("\"atMs\"", second));
                }
            }
        });
    }

    @Test
    void nothing_is_written_while_nobody_looks() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            assertEquals(0, written.get());
            assertFalse(streams(port), "no task, so nothing that allocates");
            try (Socket one = new Socket(InetAddress.getLoopbackAddress(), port)) {
                line("\"atMs\"", look(one, ""));
                assertTrue(streams(port));
            }
            // Only they write, and they end when the service notices that the viewer has left.
            while (streams(port))
                Checkpoints.sleep(Duration.ofMillis(50));
            assertTrue(written.get() > 0);
        });
    }

    /// Returns true if a task makes ticks, or sends them.
    private static boolean streams(int port) {
        String tasks = admin(port).get("/tasks").then().statusCode(200).extract().asString();
        return tasks.contains("ticks") || tasks.contains("viewer");
    }

    @Test
    void ninth_viewer_is_told_why_and_gets_the_place_of_one_that_leaves() throws Exception {
        serving(AdminPolicy.DEFAULT, port -> {
            List<Socket> viewers = new ArrayList<>();
            try {
                for (int i = 0; i < LiveStream.MOST_VIEWERS; i++) {
                    viewers.add(new Socket(InetAddress.getLoopbackAddress(), port));
                    line("\"atMs\"", look(viewers.getLast(), ""));
                }
                admin(port).get("/live").then().statusCode(503)
                        .body(containsString("8 pages are open already, which is the most"));
                viewers.removeFirst().close();
                int status = 503;
                while (status == 503) {
                    try (Socket next = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        status = look(next, "").readLine().contains("200") ? 200 : 503;
                    }
                    Checkpoints.sleep(Duration.ofMillis(50));
                }
            } finally {
                for (Socket each : viewers) each.close();
            }
        });
    }

    @Test
    void viewer_that_does_not_read_loses_ticks_and_is_told() throws Exception {
        // Rows with long ids, so that what is not read fills the connection soon.
        for (int i = 0; i < 100; i++) {
            recordings.begin("x".repeat(5_000) + i, "GET", "/", System.nanoTime());
        }
        serving(AdminPolicy.DEFAULT, port -> {
            try (Socket slow = new Socket()) {
                slow.setReceiveBufferSize(4_096);
                slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                BufferedReader reader = look(slow, "");
                int begun = written.get();
                while (written.get() < begun + 24)
                    Checkpoints.sleep(Duration.ofMillis(100));
                admin(port).get("/livez").then().statusCode(200);
                assertTrue(line("\"gap\"", reader).matches(".*\\{\"gap\":[1-9][0-9]*\\}.*"));
            }
        });
    }
}
