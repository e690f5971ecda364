package dev.structured.service.traces;

import static dev.structured.service.traces.OtlpReceiver.attributes;
import static dev.structured.service.traces.OtlpReceiver.hex;
import static dev.structured.service.traces.OtlpReceiver.isError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.CacheAndCoalescing;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.guard.SharedCalls;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.server.Await;
import dev.structured.service.server.RawClient;
import dev.structured.service.server.ServedFile;
import dev.structured.service.yaml.ConfigException;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The spans of requests that go through the edge and the engine, as a collector gets them.
class TracesTest extends TracesFixture {
    private Downstream guarded(String keys, Downstream leaf) {
        DownstreamConfig config = config(keys);
        return DownstreamStack.around(leaf, config, DownstreamState.of(config), GuardObserver.NONE);
    }

    private static DownstreamConfig config(String keys) {
        try {
            return ConfigReader.read("test.yaml", """
                    downstreams:
                      two: {url: "http://x:1", %s}
                    routes:
                      - {path: /p, deadline: 1s, parts: {p: {from: two, path: /}}}
                    """.formatted(keys)).downstreams().get("two");
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Span request() {
        return collector.only("GET /page/{n}");
    }

    /// Returns the only attempt of a part.
    private Span attempt(String part) {
        List<Span> attempts = collector.children(collector.only("part " + part));
        assertEquals(1, attempts.size(), collector::toString);
        return attempts.getFirst();
    }

    @Test
    void page_is_a_tree_under_the_clients_span() throws IOException {
        RawClient.Reply reply = asked(file(TWO_PARTS), CLIENT + "X-Request-Id: me\r\n", 5);
        assertEquals(5, collector.spans().size(), collector::toString);
        Span request = request();
        assertEquals(Span.SpanKind.SPAN_KIND_SERVER, request.getKind());
        assertEquals(PARENT, hex(request.getParentSpanId()));
        collector.spans().forEach(each -> assertEquals(TRACE, hex(each.getTraceId())));
        Map<String, Object> facts = attributes(request);
        assertEquals("me", facts.get("structured.request.id"));
        assertEquals("me", reply.header("X-Request-Id"));
        assertEquals("GET", facts.get("http.request.method"));
        assertEquals("/page/{n}", facts.get("http.route"));
        assertEquals(200L, facts.get("http.response.status_code"));
        assertEquals("/page/7", facts.get("url.path"));
        assertEquals("http", facts.get("url.scheme"));
        assertEquals("1.1", facts.get("network.protocol.version"));
        assertEquals("127.0.0.1", facts.get("client.address"));
        assertEquals("test", facts.get("server.address"));
        assertEquals("complete", facts.get("structured.outcome"));
        assertFalse(isError(request));

        List<Span> parts = collector.children(request);
        assertEquals(List.of("part first", "part second"),
                parts.stream().map(Span::getName).sorted().toList());
        Span attempt = attempt("second");
        assertEquals(Span.SpanKind.SPAN_KIND_CLIENT, attempt.getKind());
        assertEquals("GET", attempt.getName());
        assertEquals("host.test", attributes(attempt).get("server.address"));
        assertEquals(8080L, attributes(attempt).get("server.port"));
        assertEquals("/items/${n}", attributes(attempt).get("url.template"));
        assertEquals("first", attributes(attempt).get("structured.attempt"));
        assertTrue(OtlpReceiver.events(attempt).contains("connected"), attempt::toString);
        for (Span part : parts) {
            assertTrue(part.getStartTimeUnixNano() >= request.getStartTimeUnixNano());
            assertTrue(part.getEndTimeUnixNano() <= request.getEndTimeUnixNano());
        }
        assertEquals("structured", collector.resource().get("service.name"));
        assertEquals("1.2", collector.resource().get("service.version"));
    }

    @Test
    void calls_name_the_span_of_their_attempt() throws IOException {
        ConcurrentLinkedQueue<String> sent = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> states = new ConcurrentLinkedQueue<>();
        downstreams.put("two", call -> {
            sent.add(String.valueOf(call.origin().traceparentOf(call.attempt())));
            states.add(String.valueOf(call.origin().tracestate()));
            return GOOD.call(call);
        });
        asked(file(TWO_PARTS), CLIENT + "tracestate: a=1, b=2\r\n", 5);
        assertEquals(List.of("00-" + TRACE + "-" + hex(attempt("second").getSpanId()) + "-01"),
                List.copyOf(sent));
        assertEquals(List.of("a=1,b=2"), List.copyOf(states));
        assertEquals("a=1,b=2", request().getTraceState());
    }

    @Test
    void retry_is_a_span_that_counts_the_resends() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        downstreams.put("two", guarded("retry: {attempts: 3, base: 1ms}, extra: 100%", call -> {
            sent(call);
            if (calls.incrementAndGet() < 3) throw new DownstreamException(ErrorType.RESET, "broken", null);
            return GOOD.call(call);
        }));
        asked(file("parts: {second: {from: two, path: /}}"), CLIENT, 5);
        List<Span> attempts = collector.children(collector.only("part second"));
        assertEquals(3, attempts.size(), collector::toString);
        assertEquals("reset", attributes(attempts.getFirst()).get("error.type"));
        assertTrue(isError(attempts.getFirst()));
        assertNull(attributes(attempts.getFirst()).get("http.request.resend_count"));
        assertEquals(1L, attributes(attempts.get(1)).get("http.request.resend_count"));
        assertEquals(2L, attributes(attempts.get(2)).get("http.request.resend_count"));
        assertFalse(isError(attempts.get(2)));
    }

    @Test
    void hedge_links_to_the_attempt_that_was_late() throws IOException {
        downstreams.put("two", guarded("hedge: 20ms, extra: 100%",
                call -> call.attempt() != null && call.attempt().kind() == AttemptRecorder.Kind.FIRST
                        ? HANGS.call(call)
                        : GOOD.call(call)));
        asked(file("parts: {second: {from: two, path: /}}"), CLIENT, 4);
        List<Span> attempts = collector.children(collector.only("part second"));
        Span late = attempts.getFirst();
        Span hedge = attempts.getLast();
        assertEquals("hedge", attributes(hedge).get("structured.attempt"));
        assertEquals(1, hedge.getLinksCount(), hedge::toString);
        assertEquals(late.getSpanId(), hedge.getLinks(0).getSpanId());
        assertEquals("hedge-lost", attributes(late).get("structured.cancel.reason"));
        assertFalse(isError(late));
    }

    @Test
    void budget_cuts_a_call_off() throws IOException {
        downstreams.put("two", HANGS);
        asked(file("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /, budget: 500ms}
                """), CLIENT, 5);
        Span part = collector.only("part second");
        assertEquals("timeout", attributes(part).get("error.type"));
        assertEquals(500L, attributes(part).get("structured.part.budget_ms"));
        Span attempt = attempt("second");
        assertEquals("budget", attributes(attempt).get("structured.cancel.reason"));
        assertEquals("timeout", attributes(attempt).get("error.type"));
        assertEquals(List.of("second:timeout"), attributes(request()).get("structured.missing"));
        assertFalse(isError(request()));
    }

    @Test
    void required_part_that_fails_is_named_by_what_it_stopped() throws IOException {
        CountDownLatch hanging = new CountDownLatch(1);
        downstreams.put("one", call -> {
            sent(call);
            hanging.await();
            throw new DownstreamException(ErrorType.RESET, "broken", null);
        });
        downstreams.put("two", call -> {
            hanging.countDown();
            return HANGS.call(call);
        });
        asked(file("""
                parts:
                  first: {from: one, path: /, required: true}
                  second: {from: two, path: /}
                """), CLIENT, 5);
        assertTrue(isError(request()));
        assertEquals("reset", attributes(request()).get("error.type"));
        assertEquals(502L, attributes(request()).get("http.response.status_code"));
        Map<String, Object> stopped = attributes(attempt("second"));
        assertEquals("required-failed", stopped.get("structured.cancel.reason"));
        assertEquals("first", stopped.get("structured.cancel.by"));
        assertNull(stopped.get("error.type"));
    }

    @Test
    void client_that_leaves_is_the_reason() throws IOException {
        downstreams.put("two", HANGS);
        try (Traces traces = traces(); ServedFile served = served(file(TWO_PARTS), traces)) {
            try (RawClient client = served.edge.connect()) {
                client.send("GET /page/7 HTTP/1.1\r\nHost: test\r\nX-Request-Id: me\r\n" + CLIENT + "\r\n");
                awaitAttempt(served);
            }
            collector.await(5);
        }
        assertNull(attributes(request()).get("http.response.status_code"));
        assertEquals("client_gone", attributes(request()).get("structured.outcome"));
        assertFalse(isError(request()));
        assertEquals("client-gone", attributes(attempt("second")).get("structured.cancel.reason"));
    }

    @Test
    void end_of_the_service_is_the_reason() throws IOException {
        downstreams.put("two", HANGS);
        try (Traces traces = traces();
                ServedFile served = served(file(TWO_PARTS), traces);
                RawClient client = served.edge.connect()) {
            client.send("GET /page/7 HTTP/1.1\r\nHost: test\r\nX-Request-Id: me\r\n" + CLIENT + "\r\n");
            awaitAttempt(served);
            served.edge.scheduler.close(Duration.ZERO);
            assertEquals(503, client.read().status());
            collector.await(5);
        }
        assertEquals("shutdown", attributes(request()).get("structured.outcome"));
        assertTrue(isError(request()));
        assertEquals("shutdown", attributes(attempt("second")).get("structured.cancel.reason"));
        assertEquals("service", attributes(attempt("second")).get("structured.cancel.by"));
    }

    @Test
    void deadline_is_an_error_of_what_it_cuts_off() throws IOException {
        downstreams.put("two", HANGS);
        long millis = 100;
        while (!areAskedWithin(millis))
            millis *= 2;
        Map<String, Object> attempt = attributes(attempt("second"));
        assertEquals("deadline", attempt.get("structured.cancel.reason"));
        assertEquals("deadline_exceeded", attempt.get("error.type"));
        assertTrue(isError(attempt("second")));
        assertEquals("deadline_exceeded", attributes(collector.only("part second")).get("error.type"));
    }

    /// Asks for the page, and returns true if all its parts were asked within the deadline. On a busy machine
    /// it may pass before.
    private boolean areAskedWithin(long millis) throws IOException {
        String file = file(TWO_PARTS).replace("deadline: 20s", "deadline: " + millis + "ms");
        collector.spans().clear();
        try (Traces traces = traces(); ServedFile served = served(file, traces)) {
            served.ask("GET /page/7", CLIENT);
            served.edge.settle();
        }
        return collector.spans().size() == 5;
    }

    /// Waits until both parts are asked.
    private static void awaitAttempt(ServedFile served) {
        Await.until("the attempts of both parts", () -> served.edge.recordings.find("me").stream()
                .flatMap(each -> each.parts().stream())
                .filter(each -> !each.attempts().isEmpty()).count() == 2);
    }

    @Test
    void request_that_shares_a_call_links_to_it() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Downstream[] sharing = new Downstream[1];
        downstreams.put("two", call -> sharing[0].call(call));
        try (Traces traces = traces();
                Scheduler outside = Scheduler.open();
                ServedFile served = served(file("parts: {second: {from: two, path: /}}"), traces)) {
            outside.run("test", () -> Nursery.run(nursery -> {
                try (SharedCalls shared = SharedCalls.open(nursery);
                        RawClient first = served.edge.connect();
                        RawClient other = served.edge.connect()) {
                    sharing[0] = CacheAndCoalescing.of(config("coalesce: true"), shared, GuardObserver.NONE)
                            .around(call -> {
                                sent(call);
                                begun.countDown();
                                goOn.await();
                                return GOOD.call(call);
                            }, () -> false);
                    first.send("GET /page/1 HTTP/1.1\r\nHost: test\r\n\r\n");
                    begun.await();
                    other.send("GET /page/2 HTTP/1.1\r\nHost: test\r\nX-Request-Id: me\r\n\r\n");
                    Await.until("the second waits", () -> waits(served));
                    goOn.countDown();
                    assertEquals(200, first.read().status());
                    assertEquals(200, other.read().status());
                }
            }));
            collector.await(6);
        }
        Span made = collector.only("GET");
        Span waited = collector.only("call of two");
        assertEquals(made.getSpanId(), waited.getLinks(0).getSpanId());
        assertEquals(made.getTraceId(), waited.getLinks(0).getTraceId());
        assertEquals(true, attributes(waited).get("structured.shared_call"));
    }

    private static boolean waits(ServedFile served) {
        return served.edge.recordings.find("me").stream().flatMap(each -> each.parts().stream())
                .flatMap(each -> each.attempts().stream()).anyMatch(AttemptRecorder::isShared);
    }

    @Test
    void each_page_of_a_batch_is_a_span() throws IOException {
        String file = file(TWO_PARTS) + """
                  - method: POST
                    path: /many
                    deadline: 20s
                    body: {fields: {ids: array}}
                    batch: {route: "/page/{n}", items: "${body.ids}"}
                """;
        try (Traces traces = traces(); ServedFile served = served(file, traces)) {
            served.send("POST /many", CLIENT + "Content-Type: application/json\r\n", "{\"ids\":[1,2]}");
            collector.await(11);
        }
        Span request = collector.only("POST /many");
        assertEquals(2L, attributes(request).get("structured.pages"));
        List<Span> pages = collector.children(request);
        assertEquals(List.of("page GET /page/{n}", "page GET /page/{n}"),
                pages.stream().map(Span::getName).toList());
        assertEquals(List.of(1L, 2L),
                pages.stream().map(each -> attributes(each).get("structured.page")).sorted().toList());
        for (Span page : pages) {
            assertEquals(List.of("part first", "part second"),
                    collector.children(page).stream().map(Span::getName).sorted().toList());
        }
    }

    @Test
    void request_without_a_route_is_one_span() throws IOException {
        try (Traces traces = traces(); ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /nothing", CLIENT);
            collector.await(1);
        }
        Span request = collector.only("GET");
        assertEquals(404L, attributes(request).get("http.response.status_code"));
        assertNull(attributes(request).get("http.route"));
        assertFalse(isError(request));
    }

    @Test
    void invalid_context_begins_a_new_trace() throws IOException {
        asked(file(TWO_PARTS), "traceparent: 00-" + TRACE + "-" + PARENT + "-01-more\r\ntracestate: a=1\r\n",
                5);
        Span request = request();
        assertTrue(request.getParentSpanId().isEmpty());
        assertEquals("", request.getTraceState());
        assertFalse(hex(request.getTraceId()).equals(TRACE));
    }
}
