package dev.structured.service.traces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.server.Await;
import dev.structured.service.server.ServedFile;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is sent to a collector, when, and what happens if it cannot be reached.
class SpanExportTest extends TracesFixture {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            parentbased_always_on    |     | 01 | true
            parentbased_always_on    |     | 00 | false
            parentbased_always_off   |     | 01 | true
            parentbased_always_off   |     |    | false
            always_off               |     | 01 | false
            always_on                |     | 00 | true
            traceidratio             | 0   | 01 | false
            traceidratio             | 1   | 00 | true
            parentbased_traceidratio | 0   | 01 | true
            parentbased_traceidratio | 1   |    | true
            """)
    void sampler_is_the_configured_one(String sampler, String arg, String flags, boolean sampled)
            throws IOException {
        ConcurrentLinkedQueue<String> sent = new ConcurrentLinkedQueue<>();
        downstreams.put("two", call -> {
            sent.add(String.valueOf(call.origin().traceparentOf(call.attempt())));
            return GOOD.call(call);
        });
        String client = flags == null ? "" : CLIENT.replace("-01\r", "-" + flags + "\r");
        Traces traces = traces("OTEL_TRACES_SAMPLER", sampler, "OTEL_TRACES_SAMPLER_ARG",
                arg == null ? "" : arg);
        try (traces; ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /page/7", client);
        }
        assertEquals(sampled, !collector.spans().isEmpty());
        int flag = Integer.parseInt(sent.element().substring(53), 16) & 1;
        assertEquals(sampled, flag == 1, sent::toString);
    }

    @Test
    void service_has_the_name_that_the_environment_gives_it() throws IOException {
        Traces traces = traces("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,team=shop",
                "OTEL_SERVICE_NAME", "pages");
        try (traces; ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /page/7", "");
            collector.await(5);
        }
        assertEquals("pages", collector.resource().get("service.name"));
        assertEquals("shop", collector.resource().get("team"));
    }

    @Test
    void collector_that_is_down_holds_nobody_up() throws IOException {
        collector.close();
        Traces traces = traces("OTEL_BSP_MAX_QUEUE_SIZE", "20", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10");
        try (traces; ServedFile served = served(file(TWO_PARTS), traces)) {
            for (int i = 0; i < 50; i++) assertEquals(200, served.ask("GET /page/7", "").status());
        }
        assertEquals(0, traces.counts().exported());
        assertTrue(traces.counts().dropped() > 0, () -> "" + traces.counts().dropped());
        assertEquals(0, traces.counts().dropped() % 5, "a request's spans are dropped together");
    }

    @Test
    void spans_that_the_collector_refuses_are_counted() throws IOException {
        collector.answering(400);
        try (Traces traces = traces(); ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /page/7", "");
            Await.until("the count", () -> traces.counts().failed() == 5);
            assertEquals(0, traces.counts().exported());
        }
    }

    @Test
    void end_sends_the_spans_that_wait() throws IOException {
        Traces traces = traces("OTEL_BSP_SCHEDULE_DELAY", "600000");
        try (traces; ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /page/7", "");
            served.edge.settle();
            assertEquals(0, collector.spans().size());
        }
        assertEquals(5, collector.spans().size(), collector::toString);
        assertEquals(5, traces.counts().exported());
    }

    @Test
    void end_does_not_wait_for_a_collector_that_hangs() throws IOException {
        collector.answeringAfter(60_000);
        Traces traces = traces("OTEL_BSP_SCHEDULE_DELAY", "600000");
        long began;
        try (traces; ServedFile served = served(file(TWO_PARTS), traces)) {
            served.ask("GET /page/7", "");
            served.edge.settle();
            began = System.nanoTime();
        }
        assertTrue(Duration.ofNanos(System.nanoTime() - began).toSeconds() < 30);
    }
}
