package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.RouteLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a line of the log tells of the parts of a page.
class LoggedPartsTest {
    private final Recorder request = new Recorder("me", "GET", null, System.nanoTime(), null);

    private PartRecorder planned() {
        return planned(Duration.ofHours(1));
    }

    private PartRecorder planned(Duration deadline) {
        request.page().planned(new RouteLayout("GET /p", List.of(part("product"), part("reviews"))),
                deadline);
        answered(request.page().part(0));
        return request.page().part(1);
    }

    private static RouteLayout.Part part(String name) {
        return new RouteLayout.Part(name, name, false, List.of());
    }

    private static void answered(PartRecorder part) {
        part.begun();
        part.ready();
        part.asked(null);
        answered(part.attempt());
        part.ended("ok", null, null, null);
    }

    private static void answered(AttemptRecorder attempt) {
        attempt.connecting("host:1", "GET", "/");
        attempt.connected();
        attempt.firstByte();
        attempt.ended(200, null);
    }

    private String line(String outcome, LogFormat format) {
        LogLine line = new LogLine(format).withNumber("status", "200");
        LoggedParts.add(request, outcome, format, line);
        return line.toString();
    }

    @Test
    void text_tells_of_parts_only_where_that_explains_something() {
        answered(planned());
        assertEquals("status=200", line("complete", LogFormat.TEXT));
        assertTrue(line("failed", LogFormat.TEXT)
                .matches("status=200 parts=product:\\d+\\.\\d,reviews:\\d+\\.\\d"));
    }

    @Test
    void text_tells_of_extra_attempts_and_of_parts_that_were_not_asked() {
        PartRecorder reviews = planned();
        AttemptRecorder product = request.page().part(0).attempts().getFirst();
        answered(product.another(AttemptRecorder.Kind.RETRY));
        reviews.begun();
        reviews.ended("not_asked", null, null, null);
        assertTrue(
                line("complete", LogFormat.TEXT).matches("status=200 parts=product:\\d+\\.\\dx2,reviews:-"));
    }

    @Test
    void text_tells_of_a_page_that_took_half_of_its_deadline() {
        answered(planned(Duration.ZERO));
        assertTrue(line("complete", LogFormat.TEXT).contains(" parts=product:"));
    }

    @Test
    void page_without_parts_has_no_field() {
        assertEquals("status=200", line("refused", LogFormat.TEXT));
        assertEquals("\"status\":200", line("refused", LogFormat.JSON));
    }

    @Test
    void json_says_where_the_time_went() throws Exception {
        PartRecorder reviews = planned();
        reviews.begun();
        reviews.ready();
        reviews.asked(Duration.ofMillis(1));
        AttemptRecorder attempt = reviews.attempt();
        attempt.queued();
        attempt.admitted();
        attempt.connecting("host:1", "GET", "/");
        attempt.ended(0, "cancelled");
        reviews.ended("timeout", "timeout", null, null);
        JsonNode parts = new ObjectMapper().readTree("{" + line("partial", LogFormat.JSON) + "}")
                .get("parts");
        JsonNode product = parts.get("product");
        assertEquals("ok", product.get("outcome").textValue());
        assertEquals(1, product.get("attempts").intValue());
        for (String phase : List.of("wait", "ms", "connect", "firstByte", "body")) {
            assertTrue(product.get(phase).isNumber(), product::toString);
        }
        JsonNode late = parts.get("reviews");
        assertEquals("timeout", late.get("outcome").textValue());
        assertTrue(late.has("queue") && late.has("connect"), late::toString);
        assertFalse(late.has("firstByte"), late::toString);
    }
}
