package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.structured.page.Http2Stub;
import java.nio.file.Path;
import java.time.Duration;

/// The service with thousands of requests in flight: a crowd that asks, and a downstream that takes as long
/// as that needs. The routes are those of `where.yaml`.
final class Gathering implements AutoCloseable {
    /// How many requests are to be in flight.
    static final int IN_FLIGHT = 10_000;
    /// Less than the patience of the crowd.
    private static final int LONGEST_CALL_MILLIS = 12_000;
    /// The same for each second of the run: the time to get so far is no longer than what is measured.
    private static final int LONGEST_SHARE_MILLIS = 400;
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private static final byte[] BODY = "{\"ok\":true}".getBytes(UTF_8);

    private final Http2Stub downstream;
    private final Service service;
    private final Crowd crowd;
    private final String url;
    private final int rate;
    private final int millis;

    private Gathering(Http2Stub downstream, Service service, int rate, int millis) throws Exception {
        this.downstream = downstream;
        this.service = service;
        this.url = service.url() + "/even-where/" + millis;
        this.crowd = Crowd.open(url, IN_FLIGHT);
        this.rate = rate;
        this.millis = millis;
    }

    /// Starts the service and its downstream. Blocks.
    ///
    /// @param name the name of the service's configuration and log
    static Gathering open(Stage stage, String name) throws Exception {
        int longest = Math.clamp((long) LONGEST_SHARE_MILLIS * stage.seconds(), 1_000, LONGEST_CALL_MILLIS);
        int millis = Math.clamp(1_000L * IN_FLIGHT / stage.rate(), 10, longest);
        Http2Stub downstream = Http2Stub.start(BODY, Gathering::pause);
        try {
            Service service = Service.start(downstream.url(), Path.of("target", "scenarios"), "where", name,
                    0, 0);
            try {
                return new Gathering(downstream, service, stage.rate(), millis);
            } catch (Throwable e) {
                service.close();
                throw e;
            }
        } catch (Throwable e) {
            downstream.close();
            throw e;
        }
    }

    /// Returns the milliseconds that a path names in its second segment, as in `/word/MILLIS/more`.
    private static int pause(String path) {
        return Integer.parseInt(path.split("/", -1)[2]);
    }

    Service service() {
        return service;
    }

    Crowd crowd() {
        return crowd;
    }

    /// Returns how long each call takes, in milliseconds.
    int millis() {
        return millis;
    }

    /// Returns the time until as many requests are in flight as there will be.
    Duration ramp() {
        return Duration.ofSeconds((millis + 999) / 1_000);
    }

    /// Returns how many requests are in flight if generator and service keep up.
    int expected() {
        return (int) Math.min(IN_FLIGHT, (long) rate * millis / 1_000);
    }

    /// Has another crowd send requests at a fifth of the rate, so that the JVMs compile what is measured
    /// later. Blocks; a checkpoint.
    void warmUp() throws Exception {
        try (Crowd first = Crowd.open(url, IN_FLIGHT)) {
            first.send(Math.max(1, rate / 5), WARM_UP);
            first.awaitAnswers();
        }
    }

    /// Sends requests until the crowd is stopped, and for so long at most. Blocks; a checkpoint.
    void send(Duration time) throws Exception {
        crowd.send(rate, time);
    }

    /// Adds to a report whether every request was answered 200, and whether as many were sent as planned.
    void goals(Report report) {
        int sent = crowd.sent();
        report.goal(Report.format("%d of %d requests answered 200", crowd.good(), sent), crowd.good() == sent,
                crowd.good() == sent);
        double each = sent / (crowd.sending().toNanos() / 1e9);
        report.goal(Report.format("%.0f of %d requests a second were sent", each, rate), each >= 0.95 * rate,
                true);
    }

    @Override
    public void close() {
        crowd.close();
        service.close();
        downstream.close();
    }
}
