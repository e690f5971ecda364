package dev.structured.scenario;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Requests at a fixed rate that do not wait for each other. The time of a request begins when it was due, so
/// it includes the delays of queues and of a late generator.
final class Arrivals {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Arrivals() {}

    /// Sends requests and waits for all answers. Blocks.
    ///
    /// @param url each request is for `url/N`
    static Answers send(String url, int rate, int count) {
        Answers answers = new Answers(count);
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE).build()) {
            Nursery.run("users", users -> {
                long began = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    long due = began + TimeUnit.SECONDS.toNanos(i) / rate;
                    long early = due - System.nanoTime();
                    if (early > 0) Checkpoints.sleep(Duration.ofNanos(early));
                    users.startSoon("user", () -> {
                        int status = status(client, URI.create(url + "/" + number));
                        answers.put(number, status, System.nanoTime() - due);
                    });
                }
            });
        }
        return answers;
    }

    private static int status(HttpClient client, URI url) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(url).timeout(PATIENCE).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return Answers.NONE;
        }
    }
}
