package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.view.Cancellation;
import dev.structured.service.view.PartView;
import dev.structured.service.view.RequestText;
import dev.structured.service.view.RequestView;
import dev.structured.service.view.TraceEvents;
import dev.structured.service.yaml.ConfigException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What is recorded of requests that go all the way through the edge and the engine: above all, who cancelled
/// whom.
class RecordedRequestsTest extends RecordedFixture {
    /// Asks for the page and waits until its second part is in flight.
    private void begin(RawClient client, ServedFile served) throws IOException {
        client.send("GET /page HTTP/1.1\r\nHost: test\r\nX-Request-Id: me\r\n\r\n");
        Await.until("the second part", () -> {
            List<Recorder> found = served.edge.recordings.find("me");
            return !found.isEmpty() && "second".equals(RequestView.of(found.getFirst()).awaits())
                    && hanging.getCount() == 0;
        });
    }

    @Test
    void complete_page_has_all_its_parts() throws IOException {
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: "/${first.a}"}
                """);
        assertEquals("complete", request.outcome());
        assertEquals(200, request.status());
        assertEquals(List.of(), request.cancellations());
        assertEquals("ok", part("first", request).state());
        PartView second = part("second", request);
        assertEquals(List.of("first"), second.needs());
        assertEquals(1, second.attempts().size());
        assertTrue(second.readyMs() >= part("first", request).endMs(), request.toString());
        assertEquals("/page", request.target());
    }

    @Test
    void required_part_that_fails_stops_the_others() throws IOException {
        CountDownLatch begun = new CountDownLatch(1);
        downstreams.put("one", _ -> {
            begun.await();
            throw new DownstreamException(ErrorType.RESET, "broken", null);
        });
        downstreams.put("two", call -> {
            begun.countDown();
            return hangs.call(call);
        });
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /, required: true}
                  second: {from: two, path: /}
                  third: {from: two, path: "/${first.a}"}
                """);
        assertEquals("failed", request.outcome());
        assertEquals(List.of("required-failed: first → second", "required-failed: first → third"),
                arrows(request).stream().sorted().toList());
        assertEquals("stopped", part("second", request).state());
        assertEquals("reset", part("first", request).reason());
    }

    @Test
    void budget_stops_the_call_of_its_part() throws IOException {
        downstreams.put("two", hangs);
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /, budget: 50ms}
                """);
        assertEquals("partial", request.outcome());
        assertEquals(List.of("budget: second → second"), arrows(request));
        assertEquals(1, request.cancellations().getFirst().attempt());
        assertEquals(50.0, part("second", request).budgetMs());
        assertTrue(request.sentence().startsWith("Partial: second gave no answer within its 50 ms."));
    }

    @Test
    void deadline_stops_what_is_in_flight() throws IOException {
        downstreams.put("two", hangs);
        RequestView request = untilInTime(millis -> asked(TWO_PARTS, "deadline: " + millis + "ms"));
        assertEquals(List.of("deadline: deadline → second"), arrows(request));
        assertEquals("late", part("second", request).state());
        assertEquals("deadline_exceeded", part("second", request).reason());
    }

    @Test
    void quorum_that_is_met_stops_the_rest() throws IOException {
        downstreams.put("three", hangs);
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /}
                  third: {from: three, path: /}
                quorum:
                  enough: {need: 2, of: [first, second, third], rest: cancel}
                """);
        assertEquals(1, arrows(request).size());
        Cancellation only = request.cancellations().getFirst();
        assertEquals("quorum", only.reason());
        assertEquals("third", only.part());
        assertTrue(List.of("first", "second").contains(only.from()), only.from());
        assertEquals("stopped", part("third", request).state());
        assertTrue(request.sentence().matches("Complete in .*: (first|second) took longest.*"),
                request.sentence());
    }

    @Test
    void quorum_that_is_missed_stops_all() throws IOException {
        downstreams.put("one", _ -> new Reply(500, JsonNodeFactory.instance.missingNode()));
        downstreams.put("three", hangs);
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  third: {from: three, path: /}
                quorum:
                  both: {need: 2, of: [first, third]}
                """);
        assertEquals(List.of("quorum-missed: both → third"), arrows(request));
        assertTrue(request.sentence().startsWith("Failed with 502: 'both' cannot be met"),
                request.sentence());
    }

    @Test
    void client_that_leaves_stops_everything() throws IOException {
        downstreams.put("two", hangs);
        try (ServedFile served = new ServedFile(file(TWO_PARTS), downstreams)) {
            try (RawClient client = served.edge.connect()) {
                begin(client, served);
            }
            RequestView request = ended(served);
            assertEquals("client_gone", request.outcome());
            assertEquals(List.of("client-gone: client → second"), arrows(request));
            assertTrue(request.sentence().endsWith("Stopped at once: second."), request.sentence());
        }
    }

    @Test
    void operator_cancels_a_request() throws IOException {
        downstreams.put("two", hangs);
        try (ServedFile served = new ServedFile(file(TWO_PARTS), downstreams);
                RawClient client = served.edge.connect()) {
            begin(client, served);
            assertTrue(served.edge.recordings.find("me").getFirst().cancel());
            RawClient.Reply reply = client.read();
            assertEquals(503, reply.status());
            assertTrue(reply.body().contains("urn:structured:problem:cancelled"), reply.body());
            RequestView request = ended(served);
            assertEquals("cancelled", request.outcome());
            assertEquals(List.of("operator: operator → second"), arrows(request));
        }
    }

    @Test
    void end_of_the_service_stops_what_runs() throws IOException {
        downstreams.put("two", hangs);
        try (ServedFile served = new ServedFile(file(TWO_PARTS), downstreams);
                RawClient client = served.edge.connect()) {
            begin(client, served);
            served.edge.scheduler.close(Duration.ZERO);
            assertEquals(503, client.read().status());
            RequestView request = ended(served);
            assertEquals("shutdown", request.outcome());
            assertEquals(List.of("shutdown: service → second"), arrows(request));
        }
    }

    @Test
    void hedge_that_answers_first_stops_the_first_attempt() throws IOException {
        downstreams.put("two",
                guarded("hedge: 20ms, extra: 100%",
                        call -> call.attempt() != null && call.attempt().kind() == AttemptRecorder.Kind.FIRST
                                ? hangs.call(call)
                                : GOOD.call(call)));
        RequestView request = asked("""
                parts:
                  second: {from: two, path: /}
                """);
        assertEquals("complete", request.outcome());
        PartView second = part("second", request);
        assertEquals(1, second.hedges());
        assertEquals(List.of("first cancelled", "hedge ok"), second.attempts().stream()
                .map(each -> each.kind() + " " + each.outcome()).toList());
        assertEquals(1, request.cancellations().size());
        Cancellation lost = request.cancellations().getFirst();
        assertEquals("hedge-lost", lost.reason());
        assertEquals(2, lost.fromAttempt());
        assertEquals(1, lost.attempt());
    }

    @Test
    void retry_is_an_attempt_of_its_own() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        downstreams.put("two", guarded("retry: {attempts: 2, base: 1ms}", call -> {
            if (calls.incrementAndGet() == 1) throw new DownstreamException(ErrorType.RESET, "broken", null);
            return GOOD.call(call);
        }));
        RequestView request = asked("""
                parts:
                  second: {from: two, path: /}
                """);
        assertEquals(List.of("first reset", "retry ok"), part("second", request).attempts().stream()
                .map(each -> each.kind() + " " + each.outcome()).toList());
        assertTrue(request.sentence().contains("with 1 retry"), request.sentence());
    }

    private static Downstream guarded(String keys, Downstream leaf) {
        try {
            DownstreamConfig config = ConfigReader.read("test.yaml", """
                    downstreams:
                      two: {url: "http://x:1", %s}
                    routes:
                      - {path: /p, deadline: 1s, parts: {p: {from: two, path: /}}}
                    """.formatted(keys)).downstreams().get("two");
            return DownstreamStack.around(leaf, config, DownstreamState.of(config), GuardObserver.NONE);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void request_that_is_passed_on_is_one_part() throws IOException {
        String file = file("parts: {p: {from: one, path: /}}")
                + "  - {path: /raw, deadline: 20s, proxy: {to: two}}\n";
        downstreams.put("two", _ -> {
            throw new DownstreamException(ErrorType.RESET, "broken", null);
        });
        try (ServedFile served = new ServedFile(file, downstreams)) {
            served.ask("GET /raw", "X-Request-Id: me\r\n");
            RequestView request = ended(served);
            assertEquals("reset", part("two", request).reason());
            assertEquals(List.of("first reset"), part("two", request).attempts().stream()
                    .map(each -> each.kind() + " " + each.outcome()).toList());
            assertTrue(request.sentence().startsWith("Failed with 502: two "), request.sentence());
        }
    }

    @Test
    void text_begins_with_the_sentence_and_has_a_line_an_attempt() throws IOException {
        downstreams.put("two", hangs);
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /, budget: 50ms}
                """);
        List<String> lines = RequestText.of(request).lines().toList();
        assertEquals(request.sentence(), lines.getFirst());
        assertTrue(lines.get(2).startsWith("GET /page  200 partial  "), lines.get(2));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("└─ first")), lines.toString());
        assertTrue(
                lines.get(lines.size() - 2).matches("second #1 was cancelled at .* by second \\(budget\\)"));
        assertTrue(lines.getLast().matches("log, .* ms: Part 'second' of /page is missing: downstream 'two', "
                + "timeout: no answer within its budget of 50 ms"), lines.getLast());
    }

    @Test
    void request_has_the_lines_of_its_failed_calls_up_to_a_bound() throws IOException {
        downstreams.put("one", _ -> {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < 20; i++) answer.withArray("list").add(i);
            return new Reply(200, answer);
        });
        downstreams.put("two", _ -> {
            throw new DownstreamException(ErrorType.RESET, "x".repeat(1_000), null);
        });
        RequestView request = asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: "/${item}", each: "${first.list}", atMost: 20}
                """);
        assertEquals(16, request.log().size(), request.toString());
        assertEquals(4, request.moreLog());
        assertTrue(request.log().getFirst().text().length() <= 301);
        assertTrue(request.log().getFirst().text().startsWith("Part 'second' of /page is missing"));
    }

    @Test
    void trace_has_the_fields_of_the_format() throws IOException {
        downstreams.put("two", hangs);
        ObjectNode trace = TraceEvents.of(asked("""
                parts:
                  first: {from: one, path: /}
                  second: {from: two, path: /, budget: 50ms}
                """));
        AtomicInteger slices = new AtomicInteger();
        trace.withArray("traceEvents").forEach(event -> {
            assertTrue(event.hasNonNull("ph") && event.hasNonNull("name"), event.toString());
            assertTrue(event.path("pid").isInt() && event.path("tid").isInt(), event.toString());
            assertTrue(event.path("ts").canConvertToLong() && event.path("ts").asLong() >= 0,
                    event.toString());
            if (event.path("ph").asText().equals("X")) {
                slices.incrementAndGet();
                assertTrue(event.path("dur").asLong(-1) >= 0, event.toString());
            }
        });
        assertTrue(slices.get() >= 5, trace.toString());
        List<String> phases = new ArrayList<>();
        trace.withArray("traceEvents").forEach(event -> phases.add(event.path("ph").asText()));
        assertTrue(phases.containsAll(List.of("M", "X", "s", "f")), phases.toString());
    }
}
