package dev.structured.service.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.SchedulerClosedException;
import dev.structured.core.Task;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The code that the page on frameworks shows for Javalin works. Its siblings for Spring Boot and Helidon are
/// in the module `frameworks`.
@Timeout(60) // a part that hangs and is not cancelled is a hang
class InJavalinTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);

    private static String page(String id) {
        return Nursery.call(parts -> {
            Task<String> product = parts.startSoon("product", () -> "product " + id);
            Task<String> reviews = parts.startSoon("reviews", () -> reviews(id));
            return product.await() + ": " + reviews.await();
        });
    }

    private static String reviews(String id) throws IOException {
        if (id.equals("hangs")) Checkpoints.sleepForever();
        if (id.equals("broken")) throw new IOException("no reviews");
        return "good";
    }

    @Test
    void page_is_answered() throws Exception {
        assertAnswer(LONG, "42", 200, "product 42: good");
    }

    @Test
    void page_whose_part_hangs_is_ended_by_its_deadline() throws Exception {
        assertAnswer(SHORT, "hangs", 504, "");
    }

    @Test
    void failure_of_a_part_comes_out() throws Exception {
        assertAnswer(LONG, "broken", 502, "[java.io.IOException: no reviews]");
    }

    private static void assertAnswer(Duration limit, String id, int status, String body) throws Exception {
        Scheduler scheduler = Scheduler.open();
        Javalin server = InJavalin.start(0, scheduler, limit, InJavalinTest::page);
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/products/" + id);
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri).build(),
                    BodyHandlers.ofString());
            assertEquals(status, answer.statusCode());
            assertEquals(body, answer.body());
            assertEquals(0, scheduler.statistics().tasks());
            assertEquals(0, scheduler.statistics().deadlines());
        } finally {
            server.stop();
        }
        assertThrows(SchedulerClosedException.class, () -> scheduler.run("late", () -> {}));
    }
}
