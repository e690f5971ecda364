package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.admission.Admission;
import dev.structured.service.admission.AdmissionObserver;
import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.Entrance;
import dev.structured.service.admission.LoadLimit;
import dev.structured.service.admission.Refused;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.Priority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.NanoTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pages that are not begun, over the real server.
class PagesRefusedTest {
    private static final String FILE = """
            edge: {priorityFrom: [127.0.0.0/8]}
            clients:
              one: {priority: bulk, keys: "sha256:a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e998e86f7f\
            7a27ae3"}
            downstreams:
              a: {url: "http://a.test"}
              b: {url: "http://b.test"}
              kept: {url: "http://kept.test", cache: {}}
            routes:
              - {path: /needs, deadline: 30s, parts: {p: {from: a, path: /, required: true}, q: {from: b, \
            path: /}}}
              - {path: /critical, deadline: 30s, priority: critical, parts: {p: {from: a, path: /, required: \
            true}}}
              - {path: /key, deadline: 30s, priority: low, access: {clients: [one]}, parts: {p: {from: a, \
            path: /}}}
              - {path: /optional, deadline: 30s, parts: {p: {from: a, path: /}}}
              - {path: /instead, deadline: 30s, parts: {p: {from: a, path: /, onFailure: fallback, fallback: \
            {}}}}
              - {path: /kept, deadline: 30s, parts: {p: {from: kept, path: /, required: true}}}
              - {path: "/one/{id}", method: POST, deadline: 30s, parts: {p: {from: b, path: "/${id}", \
            required: true}}}
              - {path: "/one/{id}", deadline: 30s, parts: {p: {from: a, path: "/${id}", required: true}}}
              - {path: "/pass/**", deadline: 30s, priority: low, proxy: {to: a}}
              - {path: "/other/**", deadline: 30s, proxy: {to: b}}
              - {path: /all, method: POST, deadline: 30s, body: {fields: {ids: array}}, batch: {route: \
            "/one/{id}", items: "${body.ids}"}}
            """;

    private final AtomicInteger limitOfA = new AtomicInteger(LoadLimit.NONE);
    private final AtomicInteger limit = new AtomicInteger(LoadLimit.NONE);
    private final Bottleneck service = new Bottleneck("service", limit::get);
    private final Bottleneck a = new Bottleneck("a", limitOfA::get);
    private final List<String> seen = new CopyOnWriteArrayList<>();
    /// The places of `a` and of the service that were taken while a request was passed on.
    private final List<String> places = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private ServedFile served;

    @BeforeEach
    void serve() throws IOException {
        Admission admission = new Admission(NanoTime::now, new AdmissionObserver() {
            @Override
            public void admitted(Priority priority) {
                seen.add(priority.label());
            }

            @Override
            public void refused(Priority priority, String bottleneck, Refused why) {
                seen.add(priority.label() + " refused: " + bottleneck);
            }
        });
        Downstream answers = call -> {
            calls.incrementAndGet();
            Passage passage = call.passage();
            if (passage != null) return passed(passage);
            return new Reply(200, JsonNodeFactory.instance.objectNode());
        };
        Map<String, Bottleneck> bottlenecks = Map.of("a", a, "b", new Bottleneck("b", () -> LoadLimit.NONE),
                "kept", new Bottleneck("kept", () -> 0));
        served = new ServedFile(FILE, Map.of("a", answers, "b", answers, "kept", answers),
                new Entrance(admission, service, bottlenecks));
    }

    private Reply passed(Passage passage) throws InterruptedException {
        places.add("asked " + a.inFlight() + " " + service.inFlight());
        ByteBuffer piece = passage.read();
        while (piece != null)
            piece = passage.read();
        passage.begin(200, List.of(new HeaderField("Content-Length", "2")));
        places.add("begun " + a.inFlight() + " " + service.inFlight());
        passage.write(ByteBuffer.wrap(new byte[2]));
        return new Reply(200, JsonNodeFactory.instance.objectNode());
    }

    @AfterEach
    void stop() {
        served.close();
        assertEquals(0, service.inFlight());
        assertEquals(0, a.inFlight());
    }

    @Test
    void refused_page_says_when_to_come_back_and_calls_nobody() throws IOException {
        assertEquals(200, served.ask("GET /needs", "").status());
        int before = calls.get();
        limitOfA.set(0);
        RawClient.Reply refused = served.ask("GET /needs", "");
        assertEquals(503, refused.status());
        int seconds = Integer.parseInt(refused.header("Retry-After"));
        assertTrue(seconds >= 1 && seconds <= 3, refused.toString());
        assertTrue(refused.body().contains("overloaded"), refused.body());
        assertEquals(before, calls.get());
        assertEquals("normal refused: a", seen.getLast());
        Await.until("its line in the log", () -> served.edge.log.stream().anyMatch(line -> line
                .contains("route=/needs") && line.contains("outcome=overloaded error=overloaded")));
    }

    @Test
    void page_that_can_do_without_a_downstream_is_made() throws IOException {
        limitOfA.set(0);
        for (String path : List.of("/optional", "/instead", "/kept")) {
            assertEquals(200, served.ask("GET " + path, "").status(), path);
        }
        assertEquals(404, served.ask("GET /nothing", "").status());
        assertEquals(204, served.ask("OPTIONS /needs", "").status());
    }

    @Test
    void batch_needs_what_its_pages_need() throws IOException {
        String json = "Content-Type: application/json\r\n";
        assertEquals(200, served.send("POST /all", json, "{\"ids\":[1,2]}").status());
        limitOfA.set(0);
        assertEquals(503, served.send("POST /all", json, "{\"ids\":[1,2]}").status());
        assertEquals(400, served.send("POST /all", json, "{\"ids\":").status());
    }

    @Test
    void every_page_needs_the_service() throws IOException {
        limit.set(0);
        assertEquals(503, served.ask("GET /optional", "").status());
        assertEquals(503, served.ask("GET /kept", "").status());
        assertEquals("normal refused: service", seen.getLast());
    }

    @Test
    void priority_is_what_a_trusted_address_says_or_the_clients_or_the_routes() throws IOException {
        String key = "X-API-Key: 123\r\n";
        served.ask("GET /needs", "");
        served.ask("GET /critical", "");
        served.ask("GET /key", key);
        served.ask("GET /critical", "Priority: u=7, i\r\n");
        served.ask("GET /key", key + "Priority: u=0\r\n");
        served.ask("GET /critical", "Priority: u=9\r\n");
        assertEquals(List.of("normal", "critical", "bulk", "bulk", "critical", "critical"), seen);
    }

    @Test
    void request_that_is_passed_on_needs_its_downstream_and_the_service() throws IOException {
        assertEquals(200, served.ask("PUT /pass/x", "").status());
        limitOfA.set(0);
        RawClient.Reply refused = served.ask("GET /pass/x", "");
        assertEquals(503, refused.status());
        assertTrue(refused.header("Retry-After").matches("[1-3]"), refused.toString());
        assertEquals(200, served.ask("GET /other/x", "").status());
        limit.set(0);
        assertEquals(503, served.ask("GET /other/x", "").status());
        assertEquals(List.of("low", "low refused: a", "normal", "normal refused: service"), seen);
        assertEquals(2, calls.get());
        Await.until("four lines in the log", () -> served.edge.log.size() == 4);
        assertTrue(served.edge.log.stream()
                .anyMatch(line -> line.contains("route=/pass/** ") && line.contains("outcome=overloaded")),
                served.edge.log.toString());
    }

    @Test
    void refused_request_whose_body_was_not_read_closes_its_connection() throws IOException {
        limitOfA.set(0);
        RawClient.Reply refused = served.send("POST /pass/x", "", "x".repeat(20_000));
        assertEquals(503, refused.status());
        assertEquals("close", refused.header("Connection"));
        assertEquals(0, calls.get());
    }

    /// Its body is short, so that it was read before.
    @Test
    void refused_request_whose_body_was_read_keeps_its_connection() throws IOException {
        limitOfA.set(0);
        RawClient.Reply refused = served.send("POST /pass/x", "", "12345");
        assertEquals(503, refused.status());
        assertFalse(refused.headers().containsKey("connection"));
        assertEquals(0, calls.get());
    }

    @Test
    void upload_holds_no_place_while_its_body_comes() throws IOException {
        assertEquals(200, served.send("POST /pass/x", "", "x".repeat(20_000)).status());
        assertEquals(List.of("asked 0 0", "begun 0 0"), places);
    }

    @Test
    void client_that_reads_slowly_holds_no_place() throws IOException {
        assertEquals(200, served.send("POST /pass/x", "", "12345").status());
        assertEquals(List.of("asked 1 1", "begun 0 0"), places);
    }
}
