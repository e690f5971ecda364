package dev.structured.service.record;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A page of five parts with one call each, as its tasks record it: for tests of what that costs.
public final class RecordedPage {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /products/{id}",
            Stream.of("product", "price", "stock", "reviews", "recommendations")
                    .map(each -> new RouteLayout.Part(each, each, false, List.of())).toList());

    private RecordedPage() {}

    /// Records the page, up to the point at which its answer is decided.
    public static void make(Recorder request) {
        request.page().planned(LAYOUT, Duration.ofMillis(800));
        for (int i = 0; i < LAYOUT.parts().size(); i++) {
            PartRecorder part = request.page().part(i);
            part.begun();
            part.ready();
            part.asked(null);
            AttemptRecorder attempt = part.attempt();
            if (attempt == null) throw new AssertionError();
            attempt.connecting("127.0.0.1:8080", "GET", "/products/${id}");
            attempt.connected();
            attempt.firstByte();
            attempt.ended(200, null);
            part.ended("ok", null, null, null);
        }
        request.decided();
    }
}
