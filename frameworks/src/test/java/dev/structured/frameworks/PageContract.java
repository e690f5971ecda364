package dev.structured.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Scheduler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A page that is a run in a handler of a framework: it is answered, a deadline ends it, a failure of a part
/// comes out, and nothing is left of it when its answer has come.
@Timeout(120) // a part that hangs and is not cancelled is a hang
abstract class PageContract {
    /// Long enough for a framework that has just been started.
    static final Duration LONG = Duration.ofSeconds(60);
    static final Duration SHORT = Duration.ofMillis(200);

    /// A server that has been started.
    interface Running extends AutoCloseable {
        int port();

        Scheduler scheduler();

        Shop shop();

        @Override
        void close();
    }

    /// Starts the server.
    ///
    /// @param limit the time that a page may take
    abstract Running start(Duration limit);

    @Test
    void page_is_answered() throws Exception {
        try (Running server = start(LONG)) {
            HttpResponse<String> answer = get(server, "42");
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().contains("product 42"), answer.body());
            assertTrue(answer.body().contains("good"), answer.body());
            assertNothingIsLeft(server);
        }
    }

    @Test
    void page_whose_part_hangs_is_ended_by_its_deadline() throws Exception {
        try (Running server = start(SHORT)) {
            assertEquals(504, get(server, "hangs").statusCode());
            assertNothingIsLeft(server);
        }
    }

    @Test
    void failure_of_a_part_comes_out() throws Exception {
        try (Running server = start(LONG)) {
            HttpResponse<String> answer = get(server, "broken");
            assertEquals(502, answer.statusCode());
            assertEquals("[java.io.IOException: no reviews]", answer.body());
            assertNothingIsLeft(server);
        }
    }

    private static void assertNothingIsLeft(Running server) {
        Scheduler.Statistics left = server.scheduler().statistics();
        assertEquals(0, left.runs());
        assertEquals(0, left.tasks());
        assertEquals(0, left.deadlines());
        assertEquals(0, server.shop().running());
    }

    private static HttpResponse<String> get(Running server, String id)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/products/" + id);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        }
    }
}
