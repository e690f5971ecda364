package dev.structured.service.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a recorded request costs: bytes are asserted, nanoseconds only printed (`-Dcost.print=true`).
class RecorderCostTest {
    private static final int REQUESTS = 20_000;
    private static final RouteLayout LAYOUT = new RouteLayout("GET /products/{id}",
            Stream.of("product", "price", "stock", "reviews", "recommendations")
                    .map(each -> new RouteLayout.Part(each, each, false, List.of())).toList());

    private final Recordings recordings = new Recordings(false);

    private void request() {
        Recorder request = recordings.begin("1cc4a1d2-3f", "GET", "/products/42", System.nanoTime());
        request.routed("GET /products/{id}");
        request.page().planned(LAYOUT, Duration.ofMillis(800));
        for (int i = 0; i < 5; i++) {
            PartRecorder part = request.page().part(i);
            part.begun();
            part.ready();
            part.asked(null);
            AttemptRecorder attempt = part.attempt();
            if (attempt == null) throw new AssertionError();
            attempt.connecting("127.0.0.1:8080", "GET", "/");
            attempt.connected();
            attempt.firstByte();
            attempt.ended(200, null);
            part.ended("ok", null, null, null);
        }
        request.decided();
        recordings.end(request, "complete", 200);
    }

    @Test
    void page_of_five_parts_needs_at_most_two_and_a_half_kilobytes() {
        for (int i = 0; i < REQUESTS; i++) request();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long nanos = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < REQUESTS; i++) request();
        long each = (threads.getCurrentThreadAllocatedBytes() - bytes) / REQUESTS;
        if (Boolean.getBoolean("cost.print")) {
            System.out.println(each + " bytes, " + (threads.getCurrentThreadCpuTime() - nanos) / REQUESTS
                    + " ns of CPU a request");
        }
        assertTrue(each <= 2_500, () -> each + " bytes a request");
    }
}
