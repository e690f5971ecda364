package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.service.Browser;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.ops.ReplayServer;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.view.Json;
import dev.structured.service.view.Lints;
import dev.structured.service.view.LiveTick;
import dev.structured.service.view.RequestView;
import dev.structured.service.view.SavedMinute;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.WebElement;

/// Each kind of cancellation, as it comes out of the edge and the engine, drawn in a real browser: the arrow,
/// the tail of what was cancelled, the words; and its picture (`-Dpictures.update=true`). Left out where
/// there is no Chromium.
class CancellationPicturesTest {
    private static final int QUICK = 20;
    private static final int SLOW = 80;

    private static final String THREE_PARTS = """
            parts:
              product: {from: catalog, path: /}
              price: {from: pricing, path: "/${product.a}"}
              reviews: {from: reviews, path: /}
            """;

    private static Browser browser;
    private static ReplayServer replay;
    private static String page;
    /// As `GET /requests/{id}` has them in JSON.
    private static final Map<String, JsonNode> REQUESTS = new HashMap<>();

    @BeforeAll
    static void open() throws Exception {
        Assumptions.assumeTrue(Browser.isThere(),
                "LEFT OUT: there is no chromium and chromium-driver on this machine, so no cancellation was "
                        + "drawn (Debian: apt-get install chromium chromium-driver)");
        // The first request of a kind loads classes, which its picture would show as a gap.
        var _ = requests();
        Map<String, RequestView> requests = requests();
        for (Map.Entry<String, RequestView> each : requests.entrySet()) {
            REQUESTS.put(each.getKey(), new ObjectMapper().readTree(Json.line(each.getValue())));
        }
        replay = new ReplayServer(minute(requests), 0);
        page = "http://127.0.0.1:" + replay.start() + "/";
        browser = Browser.open();
        browser.resize(1280, 880);
    }

    @AfterAll
    static void close() {
        if (browser != null) browser.close();
        if (replay != null) replay.close();
    }

    /// Returns a saved minute with these requests, each with the kind as its id.
    private static String minute(Map<String, RequestView> requests) {
        LiveTick now = LiveTick.of(new Recordings(true), _ -> List.of(), Lints.Faults.NONE,
                LiveTick.Listener.UNKNOWN);
        StringBuilder lines = new StringBuilder(
                "{\"format\":\"structured-minute\",\"version\":" + SavedMinute.VERSION + "}\n");
        lines.append(Json.line(Map.of("tick", now))).append('\n');
        requests.values().forEach(each -> lines.append(Json.line(Map.of("request", each))).append('\n'));
        lines.append("{\"end\":{\"ticks\":1,\"requests\":").append(requests.size()).append("}}\n");
        return lines.toString();
    }

    /* --- The requests --- */

    private static Map<String, RequestView> requests() throws Exception {
        Map<String, RequestView> requests = new LinkedHashMap<>();
        requests.put("required-failed", requiredFailed());
        requests.put("budget", budget());
        requests.put("deadline", deadline());
        requests.put("client-gone", clientGone());
        requests.put("hedge-lost", hedgeLost());
        requests.put("quorum", quorum());
        requests.put("shutdown", ended("shutdown"));
        requests.put("operator", ended("operator"));
        return requests;
    }

    private static Downstream answers(int millis) {
        return call -> {
            firstByteAfter(millis, call);
            Checkpoints.sleep(Duration.ofMillis(6));
            return new Reply(200, JsonNodeFactory.instance.objectNode().put("a", 1));
        };
    }

    private static void firstByteAfter(int millis, Call call) {
        connect(call);
        Checkpoints.sleep(Duration.ofMillis(millis));
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.firstByte();
    }

    private static void connect(Call call) {
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) attempt.connecting("10.0.0.7:8080", "GET", "/");
        Checkpoints.sleep(Duration.ofMillis(4));
        if (attempt != null) attempt.connected();
    }

    private static Reply hang(Call call) {
        connect(call);
        Checkpoints.sleepForever();
        throw new AssertionError();
    }

    private static ServedFile served(String parts, String deadline, Map<String, Downstream> others)
            throws IOException {
        Map<String, Downstream> all = new HashMap<>(
                Map.of("catalog", answers(QUICK), "pricing", answers(SLOW), "reviews",
                        CancellationPicturesTest::hang));
        all.putAll(others);
        return new ServedFile("""
                downstreams:
                  catalog: {url: "http://x:1"}
                  pricing: {url: "http://x:1"}
                  reviews: {url: "http://x:1"}
                routes:
                  - path: /products
                    deadline: %s
                """.formatted(deadline) + parts.indent(4), all);
    }

    private static RequestView asked(String kind, String parts, String deadline,
            Map<String, Downstream> others) throws IOException {
        try (ServedFile served = served(parts, deadline, others)) {
            served.ask("GET /products", "X-Request-Id: " + kind + "\r\n");
            return RequestView.of(served.kept(kind));
        }
    }

    private static RequestView requiredFailed() throws IOException {
        return asked("required-failed", THREE_PARTS.replace("path: \"/${product.a}\"",
                "path: \"/${product.a}\", required: true").replace("catalog, path: /",
                        "catalog, path: /, required: true"),
                "20s", Map.of("pricing", call -> {
                    firstByteAfter(SLOW, call);
                    throw new DownstreamException(ErrorType.RESET, "The connection broke", null);
                }));
    }

    private static RequestView budget() throws IOException {
        return asked("budget", THREE_PARTS.replace("reviews, path: /", "reviews, path: /, budget: 100ms"),
                "20s", Map.of("pricing", answers(2 * SLOW)));
    }

    private static RequestView deadline() throws IOException {
        long millis = 200;
        RequestView request = asked("deadline", THREE_PARTS, millis + "ms", Map.of());
        // On a busy machine the others may be late too.
        while (request.parts().stream().filter(each -> each.state().equals("ok")).count() < 2) {
            millis *= 2;
            request = asked("deadline", THREE_PARTS, millis + "ms", Map.of());
        }
        return request;
    }

    private static RequestView clientGone() throws IOException {
        try (ServedFile served = served(THREE_PARTS, "20s", Map.of("pricing", answers(60_000)))) {
            try (RawClient client = served.edge.connect()) {
                begin("client-gone", client, served);
            }
            return RequestView.of(served.kept("client-gone"));
        }
    }

    /// Asks for the page and waits until its first part is there.
    private static void begin(String kind, RawClient client, ServedFile served) throws IOException {
        client.send("GET /products HTTP/1.1\r\nHost: test\r\nX-Request-Id: " + kind + "\r\n\r\n");
        Await.until("the first part", () -> {
            List<Recorder> found = served.edge.recordings.find(kind);
            return !found.isEmpty() && found.getFirst().micros() > 60_000
                    && "price".equals(RequestView.of(found.getFirst()).awaits());
        });
    }

    private static RequestView ended(String kind) throws IOException {
        try (ServedFile served = served(THREE_PARTS, "20s", Map.of("pricing", answers(60_000)));
                RawClient client = served.edge.connect()) {
            begin(kind, client, served);
            if (kind.equals("operator")) assertTrue(served.edge.recordings.find(kind).getFirst().cancel());
            else
                served.edge.scheduler.close(Duration.ZERO);
            assertEquals(503, client.read().status());
            return RequestView.of(served.kept(kind));
        }
    }

    private static RequestView hedgeLost() throws IOException {
        return asked("hedge-lost", THREE_PARTS, "20s", Map.of("reviews", hedged(call -> {
            AttemptRecorder attempt = call.attempt();
            if (attempt == null || attempt.kind() != AttemptRecorder.Kind.FIRST) {
                return answers(SLOW).call(call);
            }
            try {
                return hang(call);
            } finally { // takes its time to end
                Cleanup.run(Duration.ofSeconds(1), () -> Checkpoints.sleep(Duration.ofMillis(15)));
            }
        })));
    }

    private static Downstream hedged(Downstream leaf) {
        try {
            DownstreamConfig config = ConfigReader.read("test.yaml", """
                    downstreams:
                      two: {url: "http://x:1", hedge: 40ms, extra: 100%}
                    routes:
                      - {path: /p, deadline: 1s, parts: {p: {from: two, path: /}}}
                    """).downstreams().get("two");
            return DownstreamStack.around(leaf, config, DownstreamState.of(config), GuardObserver.NONE);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static RequestView quorum() throws IOException {
        return asked("quorum", THREE_PARTS + """
                quorum:
                  enough: {need: 2, of: [product, price, reviews], rest: cancel}
                """, "20s", Map.of());
    }

    /* --- Their pictures --- */

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            required-failed | by price     | price
            budget          | by reviews   | reviews
            deadline        | by deadline  | /products
            client-gone     | by client    | /products
            hedge-lost      | by reviews #2 | hedge
            quorum          | by pr        | pr
            shutdown        | by service   | /products
            operator        | by operator  | /products
            """)
    void arrow_leads_from_who_cancelled_to_whom(String kind, String by, String from) throws Exception {
        assertJson(kind, by.substring("by ".length()));
        browser.go(page + "?" + System.nanoTime() + "#/requests/" + kind);
        browser.await("the waterfall of " + kind, "return document.querySelectorAll('#fall .seg').length > 5"
                + " && document.querySelectorAll('#fall path.cancels').length >= 1");
        String cut = browser.text("#cut");
        assertTrue(cut.contains(by) && cut.contains("(" + kind + ")"), cut);
        List<?> rows = (List<?>) browser.run("""
                const frame = document.querySelector('#fall').getBoundingClientRect();
                const at = y => { const row = [...document.querySelectorAll('#fall .row')].find(each => {
                  const box = each.getBoundingClientRect();
                  return box.top - frame.top <= y && y <= box.bottom - frame.top; });
                  return row && row.querySelector('.name').textContent; };
                return [...document.querySelectorAll('#fall path.cancels')].map(path => {
                  const end = path.getPointAtLength(path.getTotalLength());
                  return [at(path.getPointAtLength(0).y), at(end.y)]; });""");
        for (Object each : rows) {
            List<?> arrow = (List<?>) each;
            String to = String.valueOf(arrow.get(1));
            assertTrue(String.valueOf(arrow.get(0)).contains(from), () -> kind + " begins at " + rows);
            assertTrue(to.contains("cancelled") || to.contains("stopped"), () -> kind + " ends at " + rows);
        }
        assertFalse(browser.all("#fall .k-tail").isEmpty(), "no tail of what was cancelled");
        assertEquals(kind.equals("hedge-lost") ? 1 : 0, browser.all("#fall path.fork-hedge").size());
        assertTrue(browser.is("""
                const box = document.querySelector('#fall').getBoundingClientRect().right;
                return [...document.querySelectorAll('#fall .note')].every(each =>
                  each.getBoundingClientRect().right <= box - 6)"""),
                "a time touches the border");
        assertTrue(browser.all("#fall .critical .name").stream().map(WebElement::getText)
                .noneMatch(each -> each.contains("stopped")), "what was stopped held nothing up");
        assertEquals(List.of(), browser.console());
        browser.savePicture("cancelled/" + kind);
    }

    /// Asserts that each cancellation has its reason, its cause, and a victim whose call was cut short.
    private static void assertJson(String kind, String from) {
        JsonNode request = REQUESTS.get(kind);
        assertTrue(request.path("cancellations").size() > 0, request::toPrettyString);
        for (JsonNode each : request.path("cancellations")) {
            assertEquals(kind, each.path("reason").asText());
            String who = each.path("from").asText()
                    + (each.path("fromAttempt").asInt() > 0 ? " #" + each.path("fromAttempt").asInt() : "");
            assertTrue(who.startsWith(from), request::toPrettyString);
            JsonNode victim = request.path("parts").findParents("name").stream()
                    .filter(part -> part.path("name").equals(each.path("part"))).findFirst().orElseThrow();
            JsonNode call = victim.path("attempts").path(each.path("attempt").asInt() - 1);
            assertEquals("cancelled", call.path("outcome").asText(), request::toPrettyString);
            assertTrue(call.path("endMs").asDouble() >= each.path("atMs").asDouble(),
                    request::toPrettyString);
        }
    }
}
