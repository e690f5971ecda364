package dev.structured.service.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// What a recorded request costs: bytes are asserted, nanoseconds only printed (`-Dcost.print=true`).
class RecorderCostTest {
    private static final int REQUESTS = 20_000;

    private final Recordings recordings = new Recordings(false);

    private void request() {
        Recorder request = recordings.begin("1cc4a1d2-3f", "GET", "/products/42", System.nanoTime());
        request.routed("GET /products/{id}");
        RecordedPage.make(request);
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
