package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.edge.Pages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pages that are sent as their parts come in: what is sent, in which order, and what when something fails.
class StreamedPageTest {
    private static final PartFailure REVIEWS = new PartFailure("reviews", "reviews-service",
            ErrorType.TIMEOUT, null, "no answer in time").with(PartFailure.Instead.STALE);
    private static final PartFailure PRODUCT = new PartFailure("product", "product-service", ErrorType.STATUS,
            500, "It answered 500.");

    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch returned = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private RunningEdge edge;

    @BeforeEach
    void start() throws IOException {
        edge = new RunningEdge(this::page);
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private Outcome page(RouteConfig route, PageRequest request, PartSink sink) throws BadRequestException {
        String id = Pages.id(request);
        switch (id) {
            case "refused" -> throw new BadRequestException(400, "It must be a number.");
            case "late" -> {
                return late(sink);
            }
            case "nothing" -> {
                return Pages.complete(Pages.page(id));
            }
            case "only-missing" -> {
                sink.missing(REVIEWS);
                return Pages.partial(Pages.page(id), REVIEWS);
            }
            case "failed" -> {
                sink.missing(REVIEWS);
                return Pages.failed(PRODUCT);
            }
            case "bug" -> throw new IllegalStateException("10.1.2.3 is down");
            default -> sink.present("product", Pages.page("line\n\u2028\u00e9"));
        }
        switch (id) {
            case "failed-later" -> {
                return Pages.failed(PRODUCT);
            }
            case "bug-later" -> {
                await(); // what was handed on and not yet sent goes with the bug
                throw new IllegalStateException("10.1.2.3 is down");
            }
            case "wait" -> await();
            default -> {
            }
        }
        sink.missing(REVIEWS);
        sink.present("stock", IntNode.valueOf(3));
        return Pages.partial(Pages.page(id), REVIEWS);
    }

    private void await() {
        while (release.getCount() > 0)
            Checkpoints.sleep(Duration.ofMillis(5));
    }

    /// Big parts until the client's connection is full and the time is over: the last one is kept from the
    /// channel.
    private Outcome late(PartSink sink) {
        Timeouts.moveOnAfter(Duration.ofMillis(300), () -> {
            while (true) {
                sink.present("part" + begun.getAndIncrement(), TextNode.valueOf("x".repeat(1 << 20)));
            }
        });
        returned.countDown();
        return Pages.complete(Pages.page("late"));
    }

    @Test
    void part_that_was_there_in_time_is_sent_even_if_the_client_was_not() throws Exception {
        try (RawClient client = ask("late", "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            assertTrue(returned.await(60, TimeUnit.SECONDS));
            List<JsonNode> events = events(client);
            assertEquals(begun.get() + 1, events.size());
            for (int i = 0; i < begun.get(); i++) {
                assertEquals("part" + i, events.get(i).get("part").asText());
            }
            assertDone("complete", 200, events);
        }
    }

    @Test
    void lines_of_json_tell_what_comes_in() throws Exception {
        try (RawClient client = ask("1", "application/x-ndjson")) {
            RawClient.Reply head = client.readHead();
            assertStreamed("application/x-ndjson", head);
            assertEquals(
                    "{\"event\":\"part\",\"part\":\"product\",\"value\":{\"id\":\"line\\n\u2028\u00e9\"}}\n"
                            + "{\"event\":\"part-error\",\"part\":\"reviews\",\"reason\":\"timeout\",\"det"
                            + "ail\":\"no answer in time\""
                            + ",\"instead\":\"stale\"}\n"
                            + "{\"event\":\"part\",\"part\":\"stock\",\"value\":3}\n"
                            + "{\"event\":\"done\",\"outcome\":\"partial\",\"status\":200,\"missing\":[\"r"
                            + "eviews\"],\"requestId\":\""
                            + head.header("X-Request-Id") + "\"}\n",
                    client.readChunks());
        }
        assertTrue(edge.logged().endsWith("outcome=partial flags=UT missing=reviews:timeout"), edge.logged());
    }

    @Test
    void server_sent_events_tell_what_comes_in() throws Exception {
        try (RawClient client = ask("1", "text/event-stream")) {
            RawClient.Reply head = client.readHead();
            assertStreamed("text/event-stream", head);
            assertEquals(
                    "event: part\ndata: {\"part\":\"product\",\"value\":{\"id\":\"line\\n\u2028\u00e9\"}}\n\n"
                            + "event: part-error\ndata: {\"part\":\"reviews\",\"reason\":\"timeout\",\"det"
                            + "ail\":\"no answer in time\""
                            + ",\"instead\":\"stale\"}\n\n"
                            + "event: part\ndata: {\"part\":\"stock\",\"value\":3}\n\n"
                            + "event: done\ndata: {\"outcome\":\"partial\",\"status\":200,\"missing\":[\"r"
                            + "eviews\"],\"requestId\":\""
                            + head.header("X-Request-Id") + "\"}\n\n",
                    client.readChunks());
        }
    }

    @Test
    void part_is_sent_before_the_next_one_is_there() throws Exception {
        try (RawClient client = ask("wait", "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            assertTrue(client.readChunk().startsWith("{\"event\":\"part\",\"part\":\"product\""));
            release.countDown();
            assertEquals(3, events(client).size());
        }
    }

    @Test
    void connection_carries_more_requests_after_a_stream() throws Exception {
        try (RawClient client = edge.connect()) {
            for (int i = 0; i < 20; i++) {
                send(client, "1", "application/x-ndjson");
                assertEquals(200, client.readHead().status());
                assertDone("partial", 200, events(client));
                assertEquals(200, client.get("/products/1").read().status());
            }
        }
    }

    @Test
    void request_sent_during_a_stream_is_answered_after_it() throws Exception {
        try (RawClient client = ask("wait", "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            client.readChunk();
            client.get("/products/1");
            Thread.sleep(50); // for the watch to take it; the test holds without it, but would prove less
            release.countDown();
            assertDone("partial", 200, events(client));
            assertEquals(200, client.read().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "only-missing"})
    void page_without_any_part_is_a_stream_too(String id) throws Exception {
        try (RawClient client = ask(id, "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            List<JsonNode> events = events(client);
            assertEquals(id.equals("nothing") ? 1 : 2, events.size());
            assertDone(id.equals("nothing") ? "complete" : "partial", 200, events);
        }
    }

    @Test
    void page_that_fails_before_anything_was_sent_is_a_problem() throws Exception {
        try (RawClient client = ask("failed", "text/event-stream")) {
            RawClient.Reply reply = client.read();
            assertEquals(502, reply.status());
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertTrue(reply.body().contains("\"part\":\"product\""), reply.body());
        }
        assertTrue(edge.logged().endsWith("outcome=failed error=status missing=product:status"),
                edge.logged());
    }

    @Test
    void page_that_fails_later_ends_with_its_problem() throws Exception {
        try (RawClient client = ask("failed-later", "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            List<JsonNode> events = events(client);
            assertEquals(2, events.size());
            assertDone("failed", 502, events);
            JsonNode done = events.getLast();
            assertEquals("[\"product\"]", done.get("missing").toString());
            assertEquals("urn:structured:problem:upstream-error",
                    done.get("problem").get("type").asText());
        }
        assertTrue(edge.logged().endsWith("outcome=failed error=status missing=product:status"),
                edge.logged());
    }

    @Test
    void bug_is_500_before_anything_was_sent_and_the_last_event_later() throws Exception {
        try (RawClient client = ask("bug", "application/x-ndjson")) {
            assertEquals(500, client.read().status());
            send(client, "bug-later", "application/x-ndjson");
            assertEquals(200, client.readHead().status());
            release.countDown();
            List<JsonNode> events = events(client);
            assertDone("failed", 500, events);
            assertFalse(events.toString().contains("10.1.2.3"), events::toString);
        }
        Await.until("both have ended", () -> edge.observer.ended.size() == 2);
        assertEquals("internal", edge.observer.ended.getLast().errorType());
    }

    @Test
    void request_that_breaks_a_rule_is_a_problem() throws Exception {
        try (RawClient client = ask("refused", "application/x-ndjson")) {
            RawClient.Reply reply = client.read();
            assertEquals(400, reply.status());
            assertTrue(reply.body().contains("urn:structured:problem:bad-request"), reply.body());
        }
    }

    @Test
    void head_of_a_stream_has_no_events() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("HEAD /products/1 HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
            RawClient.Reply head = client.readHead();
            assertEquals(200, head.status());
            assertEquals("text/event-stream", head.header("Content-Type"));
            assertEquals(200, client.get("/products/1").read().status());
        }
    }

    @Test
    void client_of_http_1_0_reads_to_the_end_of_the_connection() throws Exception {
        try (RawClient client = edge.connect()) {
            client.send("GET /products/1 HTTP/1.0\r\nHost: test\r\nAccept: application/x-ndjson\r\n\r\n");
            String all = client.readAll();
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
            assertTrue(all.contains("\r\n\r\n{\"event\":\"part\""), all);
            assertTrue(all.endsWith("\"}\n"), all);
        }
    }

    @Test
    void what_nothing_fits_is_406_and_nobody_is_asked() throws Exception {
        try (RawClient client = ask("bug", "text/html")) {
            RawClient.Reply reply = client.read();
            assertEquals(406, reply.status());
            assertTrue(reply.body().contains("application/x-ndjson, text/event-stream"), reply.body());
        }
    }

    @Test
    void stream_that_outlasts_the_drain_ends_with_the_shutdown() throws Exception {
        try (RawClient client = ask("wait", "application/x-ndjson")) {
            assertEquals(200, client.readHead().status());
            client.readChunk();
            edge.accepting.set(false);
            edge.scheduler.close();
            List<JsonNode> events = events(client);
            assertDone("failed", 503, events);
            assertEquals("urn:structured:problem:shutting-down",
                    events.getLast().get("problem").get("type").asText());
        }
        assertEquals("shutdown", edge.observer.one().errorType());
    }

    private RawClient ask(String id, String accept) throws IOException {
        RawClient client = edge.connect();
        send(client, id, accept);
        return client;
    }

    private static void send(RawClient client, String id, String accept) throws IOException {
        client.send("GET /products/" + id + " HTTP/1.1\r\nHost: test\r\nAccept: " + accept + "\r\n\r\n");
    }

    /// Reads the rest of a stream of lines.
    private static List<JsonNode> events(RawClient client) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : client.readChunks().lines().toList())
            events.add(new ObjectMapper().readTree(line));
        return events;
    }

    private static void assertDone(String outcome, int status, List<JsonNode> events) {
        assertEquals(1, events.stream().filter(event -> event.get("event").asText().equals("done")).count());
        JsonNode done = events.getLast();
        assertEquals("done", done.get("event").asText());
        assertEquals(outcome, done.get("outcome").asText());
        assertEquals(status, done.get("status").asInt());
    }

    private static void assertStreamed(String type, RawClient.Reply head) {
        assertEquals(200, head.status());
        assertEquals(type, head.header("Content-Type"));
        assertEquals("no-store", head.header("Cache-Control"));
        assertEquals("no", head.header("X-Accel-Buffering"));
        assertEquals("chunked", head.header("Transfer-Encoding"));
        assertFalse(head.headers().containsKey("content-length"), head.headers()::toString);
    }
}
