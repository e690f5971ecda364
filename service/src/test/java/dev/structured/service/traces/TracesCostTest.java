package dev.structured.service.traces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.structured.service.record.RecordedPage;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Trace;
import dev.structured.service.server.TracedRequest;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What traces cost a page of five parts: bytes are asserted, nanoseconds only printed (`-Dcost.print=true`).
class TracesCostTest {
    private static final int REQUESTS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static Recorder recorded(Trace trace) {
        Recorder request = new Recorder("1cc4a1d2-3f", "GET", null, System.nanoTime(), trace);
        RecordedPage.make(request);
        request.ended("complete", 200);
        return request;
    }

    private static TracedRequest traced(Recorder request) {
        return new TracedRequest(request, "GET", "http", "/products/{id}", "/products/42", null, "localhost",
                8080, "127.0.0.1", "1.1", 200, null, "complete", List.of());
    }

    private long bytesOf(String what, Runnable request) {
        for (int i = 0; i < REQUESTS; i++) request.run();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long nanos = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < REQUESTS; i++) request.run();
        long each = (threads.getCurrentThreadAllocatedBytes() - bytes) / REQUESTS;
        if (Boolean.getBoolean("cost.print")) {
            System.out.println(what + ": " + each + " bytes, "
                    + (threads.getCurrentThreadCpuTime() - nanos) / REQUESTS + " ns of CPU a request");
        }
        return each;
    }

    @Test
    void request_that_is_not_sampled_costs_an_id_and_a_decision() throws InvalidTracesException {
        try (Traces traces = Traces.open(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1",
                "OTEL_TRACES_SAMPLER", "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0"), "1")) {
            if (traces == null) throw new AssertionError();
            long bytes = bytesOf("not sampled", () -> traces.begin(null, "GET", "http"));
            assertTrue(bytes <= 1_500, () -> bytes + " bytes");
        }
    }

    @Test
    void spans_of_a_sampled_request_are_made_after_its_end() {
        DecidedSpans decided = new DecidedSpans();
        try (SdkTracerProvider provider = SdkTracerProvider.builder().setIdGenerator(decided)
                .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite())).build()) {
            RequestSpans spans = new RequestSpans(provider.get("test"), decided);
            Trace trace = new Trace(Trace.newId(), Trace.newSpan(), null, Trace.SAMPLED, null);
            long recorded = bytesOf("recorded", () -> recorded(trace));
            long all = bytesOf("recorded, and eleven spans made",
                    () -> assertEquals(11, spans.make(traced(recorded(trace)))));
            assertTrue(all - recorded <= 40_000, () -> all - recorded + " bytes");
        }
    }
}
