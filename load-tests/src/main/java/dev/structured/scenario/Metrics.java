package dev.structured.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

/// The metrics of the service at one moment.
final class Metrics {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String text;

    private Metrics(String text) {
        this.text = text;
    }

    /// Asks the service for its metrics. Blocks.
    ///
    /// @param admin the address of its admin listener
    static Metrics of(HttpClient client, String admin) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(admin + "/metrics")).timeout(PATIENCE)
                .build();
        return new Metrics(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /// Returns the sum over all series of a metric whose labels hold certain texts; 0 if there is none.
    ///
    /// @param labels texts such as `state="active"`
    double sum(String name, String... labels) {
        Predicate<String> wanted = line -> line.startsWith(name + "{") || line.startsWith(name + " ");
        for (String label : labels) wanted = wanted.and(line -> line.contains(label));
        return text.lines().filter(wanted)
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /// Returns the sum as [#sum] does, of a metric that the service must have: one that is missing would be 0
    /// at any time, so that nothing would ever be more than before.
    ///
    /// @throws IllegalStateException if there is none
    double known(String name, String... labels) {
        double sum = sum(name, labels);
        if (sum == 0) throw new IllegalStateException("The service has no metric " + name);
        return sum;
    }

    /// Returns true if there is a metric of this name.
    boolean has(String name) {
        return text.contains("\n" + name + "{") || text.contains("\n" + name + " ");
    }
}
