package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Checkpoints;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.ops.Metrics;
import dev.structured.service.ops.MetricsFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The calls that are cut short are counted, by what cut them short.
class WastedWorkTest {
    private static final String FILE = """
            downstreams: {one: {url: "http://x:1"}, two: {url: "http://x:1"}}
            routes:
              - path: /page
                deadline: %s
                parts:
                  first: {from: one, path: /, %s}
                  second: {from: two, path: /}
            """;

    private final CountDownLatch running = new CountDownLatch(1);

    private static Reply good() {
        return new Reply(200, JsonNodeFactory.instance.objectNode().put("a", 1));
    }

    private Reply hang(Call call) {
        begin(call);
        running.countDown();
        Checkpoints.sleepForever();
        throw new AssertionError();
    }

    private static void begin(Call call) {
        if (call.attempt() != null) call.attempt().connecting("x:1", "GET", "/");
    }

    /// Returns the lines of the counters, once a request has ended of which calls were cut short.
    private static List<String> counted(ServedFile served) {
        Await.until("calls that were cut short", () -> !served.edge.observer.cutShort.isEmpty());
        Metrics metrics = new Metrics("1");
        served.edge.observer.cutShort.forEach(metrics.requests()::callsCutShort);
        List<String> lines = metrics.scrape(MetricsFormat.PROMETHEUS).lines().toList();
        List<String> seconds = lines.stream()
                .filter(line -> line.startsWith("structured_wasted_work_seconds_total{")).toList();
        assertEquals(1, seconds.size(), seconds::toString);
        String spent = seconds.getFirst();
        assertTrue(Double.parseDouble(spent.substring(spent.lastIndexOf(' '))) > 0, spent);
        return lines.stream().filter(line -> line.startsWith("structured_calls_cancelled_total{")).toList();
    }

    private static List<String> one(String reason) {
        return List.of("structured_calls_cancelled_total{downstream=\"two\",reason=\"" + reason + "\"} 1.0");
    }

    private ServedFile serve(Downstream first, String deadline, String key) throws IOException {
        return new ServedFile(FILE.formatted(deadline, key), Map.of("one", first, "two", this::hang));
    }

    @Test
    void client_that_leaves() throws Exception {
        try (ServedFile served = serve(_ -> good(), "20s", "required: true")) {
            try (RawClient client = served.edge.connect().get("/page")) {
                assertTrue(running.await(60, TimeUnit.SECONDS));
                client.reset();
            }
            assertEquals(one("client_gone"), counted(served));
        }
    }

    @Test
    void required_part_that_fails() throws Exception {
        try (ServedFile served = serve(_ -> {
            running.await();
            throw new DownstreamException(ErrorType.RESET, "broken", null);
        }, "20s", "required: true")) {
            assertEquals(502, served.ask("GET /page", "").status());
            assertEquals(one("required_failed"), counted(served));
        }
    }

    @Test
    void deadline_that_passes() throws Exception {
        long millis = 300;
        while (!isCutShortByDeadline(millis))
            millis *= 2;
    }

    /// Returns false if the deadline was too short for the part that answers at once, or had passed before
    /// the other was asked, because the machine is busy.
    private boolean isCutShortByDeadline(long millis) throws Exception {
        try (ServedFile served = serve(_ -> good(), millis + "ms", "required: true")) {
            int status = served.ask("GET /page", "").status();
            if (status == 504 || running.getCount() > 0) return false;
            assertEquals(200, status);
            assertEquals(one("deadline"), counted(served));
            return true;
        }
    }

    @Test
    void nothing_is_counted_of_a_page_that_is_complete() throws Exception {
        try (ServedFile served = new ServedFile(FILE.formatted("20s", "required: true"),
                Map.of("one", _ -> good(), "two", _ -> good()))) {
            assertEquals(200, served.ask("GET /page", "X-Request-Id: me\r\n").status());
            served.kept("me");
            served.edge.settle();
            assertEquals(List.of(), served.edge.observer.cutShort);
        }
    }
}
