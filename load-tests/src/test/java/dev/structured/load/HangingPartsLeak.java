package dev.structured.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Does anything stay behind? 10,000 requests, 30 % with a hanging part; afterwards the service's gauges must
/// be back at their values from before, within seconds.
public final class HangingPartsLeak extends Simulation {
    private static final int RATE = Target.rate(200);
    private static final int SECONDS = Target.seconds(50);
    private static final String[] GAUGES = {"structured_tasks_live", "http_server_active_requests",
            "http_client_active_requests"};
    private static final Duration SETTLE = Duration.ofSeconds(15);

    private final double[] before = new double[GAUGES.length];

    private final ScenarioBuilder visitors = scenario("visitors").randomSwitch().on(
            percent(70).then(exec(http("whole page").get("/products/42").check(status().is(200)))),
            percent(30).then(exec(http("optional part hangs").get("/products/42?chaos=reviews:hang")
                    .check(status().is(200), jsonPath("$.missing.reviews").exists()))));

    {
        setUp(visitors.injectOpen(constantUsersPerSec(RATE).during(SECONDS))).protocols(Target.http())
                .assertions(global().failedRequests().count().is(0L));
    }

    @Override
    public void before() {
        String metrics = metrics();
        for (int i = 0; i < GAUGES.length; i++) before[i] = sum(metrics, GAUGES[i]);
    }

    @Override
    public void after() {
        long end = System.nanoTime() + SETTLE.toNanos();
        Optional<String> left = left();
        while (left.isPresent() && System.nanoTime() < end) {
            pause();
            left = left();
        }
        System.out.println(left.map(what -> "LEAK: " + what)
                .orElse("Nothing was left behind: " + String.join(", ", GAUGES)
                        + " are back where they were."));
        if (left.isPresent())
            throw new IllegalStateException(
                    "left behind " + SETTLE + " after the last request: " + left.get());
    }

    private Optional<String> left() {
        String metrics = metrics();
        for (int i = 0; i < GAUGES.length; i++) {
            double now = sum(metrics, GAUGES[i]);
            if (now > before[i]) return Optional.of(GAUGES[i] + " is " + now + ", was " + before[i]);
        }
        return Optional.empty();
    }

    /// Returns the sum over all label sets of a metric. A missing metric is an error, not zero.
    private static double sum(String metrics, String name) {
        double[] values = metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).toArray();
        if (values.length == 0)
            throw new IllegalStateException("no metric " + name + " at " + Target.ADMIN_URL + "/metrics");
        double sum = 0;
        for (double value : values) sum += value;
        return sum;
    }

    private static String metrics() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(Target.ADMIN_URL + "/metrics"))
                    .timeout(Duration.ofSeconds(10)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new IllegalStateException("The admin listener does not answer at " + Target.ADMIN_URL
                    + ". Start the service first: ./serve", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
