package dev.structured.service.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.management.ThreadMXBean;
import dev.structured.core.Scheduler;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Recordings;
import dev.structured.service.record.Trace;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What recording adds to whole pages, with their tasks and all layers around their downstreams. Pages that
/// are recorded and pages that are not take turns in one process, which runs the same compiled code for both:
/// in two processes, the state of the compiler makes a difference of ten kilobytes.
class RecordedPagesTest {
    private static final int PAGES = 200;
    private static final int WARM = 10;
    private static final int ROUNDS = 21;
    private static final String FILE = """
            downstreams:
              a: {url: "http://x:1", breaker: {failureRate: 50%}, adaptiveLimit: {min: 16, start: 32},
                  retry: {attempts: 2}, hedge: p98, extra: 10%}
            routes:
              - path: /page/{id}
                deadline: 10s
                parts:
                  a: {from: a, path: "/a/${id}", required: true}
                  b: {from: a, path: "/b/${id}"}
                  c: {from: a, path: "/c/${id}"}
            """;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Recordings recordings = new Recordings(false);
    private final ServiceConfig config;
    private final RouteConfig route;
    private final Aggregator aggregator;

    RecordedPagesTest() throws Exception {
        config = ConfigReader.read("test.yaml", FILE);
        route = config.routes().getFirst();
        Map<String, Downstream> downstreams = new HashMap<>();
        config.downstreams().forEach((name, each) -> downstreams.put(name, DownstreamStack
                .around(RecordedPagesTest::answer, each, DownstreamState.of(each), GuardObserver.NONE)));
        aggregator = new Aggregator(config.routes(), downstreams, AggregateObserver.NONE);
    }

    private static Reply answer(Call call) {
        AttemptRecorder attempt = call.attempt();
        if (attempt != null) {
            attempt.connecting("10.0.0.7:8080", "GET", "/a/${id}");
            attempt.connected();
            attempt.firstByte();
        }
        return new Reply(200, JsonNodeFactory.instance.objectNode().put("a", 1));
    }

    private void page(boolean recorded) throws BadRequestException {
        page(recorded, null);
    }

    private void page(boolean recorded, @Nullable Trace trace) throws BadRequestException {
        Recorder recorder = recorded
                ? recordings.begin("1cc4a1d2-3f", "GET", "/page/42", System.nanoTime(), trace)
                : null;
        Outcome outcome = aggregator.aggregate(route, new PageRequest("1cc4a1d2-3f", Map.of("id", "42"),
                Map.of(), Map.of(), null, null, Map.of(), Origin.NONE,
                recorder == null ? null : recorder.page(), AnswerMemory.UNLIMITED), PartSink.NONE);
        if (recorder == null) return;
        recorder.decided();
        recordings.end(recorder, "complete", 200);
        assertEquals(3, recorder.parts().size());
        assertTrue(outcome instanceof Outcome.Complete, outcome::toString);
    }

    /// Returns the bytes for each page, of all threads.
    private long bytes(boolean recorded, Scheduler scheduler) throws BadRequestException {
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < PAGES; i++) {
            scheduler.run("page", () -> page(recorded));
        }
        return (threads.getTotalThreadAllocatedBytes() - before) / PAGES;
    }

    @Test
    void recording_adds_at_most_two_and_a_half_kilobytes_to_a_page() throws Exception {
        long[] added = new long[ROUNDS];
        long[] without = new long[ROUNDS];
        try (Scheduler scheduler = Scheduler.open()) {
            for (int i = 0; i < WARM; i++) bytes(i % 2 == 0, scheduler);
            for (int i = 0; i < ROUNDS; i++) {
                without[i] = bytes(false, scheduler);
                added[i] = bytes(true, scheduler) - without[i];
            }
        }
        if (Boolean.getBoolean("cost.print")) {
            System.out.println("added " + Arrays.toString(added) + " to " + Arrays.toString(without));
        }
        long usual = median(added);
        assertTrue(usual <= 2_500, () -> usual + " bytes a page: " + Arrays.toString(added));
        assertTrue(usual > 200, () -> "nothing was recorded, or not counted: " + Arrays.toString(added));
    }

    /// Prints the CPU time that recording, and a trace that is not sampled, add to a page. Run by hand:
    /// `-Dcost.print=true`.
    @Test
    @EnabledIfSystemProperty(named = "cost.print", matches = "true", disabledReason = "prints only")
    void print_processor_time() throws Exception {
        int rounds = 1_000;
        long[] nanos = new long[3];
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (Scheduler scheduler = Scheduler.open()) {
            for (int i = -100; i < rounds; i++) {
                for (int kind = 0; kind < 3; kind++) {
                    int turn = (kind + Math.abs(i)) % 3;
                    boolean recorded = turn > 0;
                    long before = system.getProcessCpuTime();
                    for (int page = 0; page < PAGES; page++) {
                        Trace each = turn < 2
                                ? null
                                : new Trace(Trace.newId(), Trace.newSpan(), null, 2, null);
                        scheduler.run("page", () -> page(recorded, each));
                    }
                    if (i >= 0) nanos[turn] += system.getProcessCpuTime() - before;
                }
            }
        }
        for (int turn = 0; turn < 3; turn++) {
            System.out.println(List.of("not recorded", "recorded", "and traced").get(turn) + ": "
                    + nanos[turn] / rounds / PAGES + " ns a page");
        }
    }

    private static long median(long[] values) {
        return Arrays.stream(values).sorted().skip(values.length / 2).findFirst().orElseThrow();
    }
}
