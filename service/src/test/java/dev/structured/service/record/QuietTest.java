package dev.structured.service.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.view.DownstreamView;
import dev.structured.service.view.Lint;
import dev.structured.service.view.Lints;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What looks wrong over minutes, in virtual time, with ten requests a second: nothing while all is well,
/// something while reviews hang, and nothing again when that is two minutes ago.
class QuietTest {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /products/{id}",
            List.of(new RouteLayout.Part("product", "catalog", true, List.of()),
                    new RouteLayout.Part("reviews", "reviews", false, List.of())));
    private static final int RATE = 10;
    /// A slot of ten seconds more than what is shown.
    private static final int FORGOTTEN_SECONDS = 130;

    private final long[] seconds = {1_000};
    private final Tallies tallies = new Tallies(() -> TimeUnit.SECONDS.toNanos(seconds[0]));

    private void request(boolean hangs) {
        Recorder request = new Recorder("r", "GET", null, System.nanoTime(), null);
        request.page().planned(LAYOUT, Duration.ofMillis(800));
        part(request.page().part(0), false);
        part(request.page().part(1), hangs);
        request.ended(hangs ? "partial" : "complete", 200);
        Recorder.End end = request.end();
        if (end == null) throw new AssertionError();
        tallies.add(request, end);
    }

    private static void part(PartRecorder part, boolean hangs) {
        part.begun();
        part.ready();
        part.asked(Duration.ofMillis(300));
        AttemptRecorder attempt = part.attempt();
        if (attempt == null) throw new AssertionError();
        attempt.connecting("here:1", "GET", "/");
        attempt.connected();
        while (part.now() <= attempt.connectingAt() + 1)
            Thread.onSpinWait(); // else it took no time
        if (!hangs) attempt.firstByte();
        attempt.ended(hangs ? 0 : 200, hangs ? "cancelled" : null);
        part.ended(hangs ? "timeout" : "ok", hangs ? "timeout" : null, null, null);
    }

    private List<String> wrong() {
        List<DownstreamView> downstreams = List.of(new DownstreamView("reviews", null, 0, 0, 0, 64, 3,
                100, 0, 1, 2, 0, 0, false, false, List.of(), false, null));
        long requests = tallies.seconds().stream().mapToLong(Tallies.Second::requests).sum();
        return Lints.of(new Lints.Readings(tallies.parts(), downstreams, requests, tallies.clientsGone(),
                Lints.Faults.NONE)).stream().map(Lint::id).toList();
    }

    private void go(int forSeconds, int rate, boolean hangs) {
        for (int i = 0; i < forSeconds; i++) {
            seconds[0]++;
            for (int j = 0; j < rate; j++) request(hangs);
        }
    }

    @Test
    void ten_minutes_raise_nothing_at_rest_or_at_work() {
        for (int i = 0; i < 60; i++) {
            go(10, i < 30 ? 0 : RATE, false);
            assertEquals(List.of(), wrong(), () -> "after " + (seconds[0] - 1_000) + " s");
        }
    }

    @Test
    void what_is_two_minutes_ago_no_longer_looks_wrong() {
        go(60, RATE, false);
        go(10, RATE, true);
        assertEquals(List.of("budget-long"), wrong(), "a sixth of the calls");
        go(60, RATE, true);
        assertEquals(List.of("budget-ends"), wrong(), "most of the calls");
        go(FORGOTTEN_SECONDS, RATE, false);
        assertEquals(List.of(), wrong());
    }
}
