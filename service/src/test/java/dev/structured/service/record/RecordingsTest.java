package dev.structured.service.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.view.Whereabouts;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecordingsTest {
    private static final RouteLayout LAYOUT = new RouteLayout("GET /a", List.of(
            new RouteLayout.Part("first", "one", true, List.of()),
            new RouteLayout.Part("second", "two", false, List.of("first"))));

    private final Recordings recordings = new Recordings(false);

    private Recorder begun(String id, long millisAgo) {
        Recorder begun = recordings.begin(id, "GET", "/a?secret", System.nanoTime() - millisAgo * 1_000_000);
        begun.page().planned(LAYOUT, Duration.ofSeconds(1));
        return begun;
    }

    @Test
    void slow_request_survives_a_flood_of_good_ones() {
        recordings.end(begun("slow", 5_000), "complete", 200);
        recordings.end(begun("failed", 0), "failed", 502);
        for (int i = 0; i < 100_000; i++) recordings.end(begun("good " + i, 0), "complete", 200);
        assertEquals(1, recordings.find("slow").size());
        assertEquals(1, recordings.find("failed").size());
        assertTrue(recordings.kept().size() <= 2 + 6 * 8, () -> "kept " + recordings.kept().size());
        assertEquals("good 99999", recordings.kept().getFirst().id());
        assertTrue(recordings.inFlight().isEmpty());
    }

    @Test
    void memory_of_ended_requests_stays_under_its_cap() {
        Recordings small = new Recordings(false, 20_000);
        Recorder rare = small.begin("rare", "GET", "/", System.nanoTime());
        small.end(rare, "bug", 500);
        for (int i = 0; i < 500; i++) {
            Recorder each = small.begin("x".repeat(100) + i, "GET", "/", System.nanoTime());
            each.routed("GET /" + i % 50);
            small.end(each, "complete", 200);
            assertTrue(small.keptBytes() <= 20_000);
        }
        assertTrue(small.kept().size() > 20);
    }

    @Test
    void request_is_found_while_it_runs_and_after_it() {
        Recorder request = begun("a", 0);
        assertSame(request, recordings.find("a").getFirst());
        recordings.end(request, "complete", 200);
        assertSame(request, recordings.find("a").getFirst());
        assertEquals("complete", request.end().outcome());
        assertEquals(List.of(), recordings.find("b"));
    }

    @Test
    void values_of_the_client_are_kept_only_where_they_may_be_shown() {
        assertNull(begun("a", 0).target());
        assertEquals("/a?secret", new Recordings(true).begin("a", "GET", "/a?secret", 0).target());
    }

    /// All took so long that they are of the same kind, however slow this machine is.
    @Test
    void request_that_was_in_a_list_can_be_opened_when_later_ones_have_pushed_it_out() {
        Recordings recordings = new Recordings(false);
        long longAgo = System.nanoTime() - Duration.ofMinutes(1).toNanos();
        Recorder listed = recordings.begin("listed", "GET", "/", longAgo);
        recordings.shown(listed);
        recordings.end(listed, "complete", 200);
        recordings.end(recordings.begin("other", "GET", "/", longAgo), "complete", 200);
        for (int i = 0; i < 100; i++) {
            recordings.end(recordings.begin("later " + i, "GET", "/", longAgo), "complete", 200);
        }
        assertEquals(List.of(listed), recordings.find("listed"));
        assertEquals(List.of(), recordings.find("other"));
        for (int i = 0; i < ShownRequests.MOST; i++) {
            recordings.shown(recordings.begin("shown " + i, "GET", "/", System.nanoTime()));
        }
        assertEquals(List.of(), recordings.find("listed"));
    }

    /// So a cache whose answers are confirmed is not said to be idle.
    @Test
    void call_that_confirms_a_kept_answer_counts_as_answered_by_the_cache() {
        for (int status : new int[]{200, 304}) {
            Recorder request = begun("request " + status, 0);
            AttemptRecorder attempt = request.page().part(0).attempt();
            assertNotNull(attempt);
            attempt.ended(status, null);
            recordings.end(request, "complete", 200);
        }
        Tallies.PartSum sum = recordings.tallies().parts().getFirst();
        assertEquals(2, sum.count(Count.ATTEMPTS));
        assertEquals(1, sum.count(Count.FROM_CACHE));
    }

    @Test
    void request_that_has_ended_cannot_be_cancelled() {
        Recorder request = begun("a", 0);
        AtomicLong cancelled = new AtomicLong();
        assertEquals(false, request.cancel());
        request.cancellable(cancelled::incrementAndGet);
        assertTrue(request.cancel());
        assertTrue(request.isCancelledByOperator());
        recordings.end(request, "cancelled", 503);
        assertEquals(false, request.cancel());
        assertEquals(1, cancelled.get());
    }

    @Test
    void more_attempts_than_are_recorded_are_counted() {
        PartRecorder part = begun("a", 0).page().part(0);
        for (int i = 0; i < 100; i++) part.attempt();
        assertEquals(PartRecorder.MOST_ATTEMPTS, part.attempts().size());
        assertEquals(100 - PartRecorder.MOST_ATTEMPTS, part.unrecorded());
    }

    /// While requests begin, move on and end, every look counts each of them in exactly one place.
    @Test
    void where_requests_are_adds_up_to_their_number_at_every_look() {
        int tasks = 20;
        AtomicLong begun = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        long[] looks = new long[1];
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("stress", () -> Nursery.run("all", nursery -> {
                nursery.startSoon("look", () -> {
                    while (!over.get() || looks[0] == 0)
                        look(begun, ended, looks);
                });
                Nursery.run("requests", requests -> {
                    for (int i = 0; i < tasks; i++) {
                        int seed = i;
                        requests.startSoon("requests " + i, () -> live(new Random(seed), begun, ended));
                    }
                });
                over.set(true);
            }));
        }
        assertEquals(0, Whereabouts.of(recordings).total());
        assertEquals(begun.get(), ended.get());
        assertTrue(looks[0] > 0);
    }

    /// Ten thousand requests that are in flight and move on all the time are ten thousand at every look: the
    /// look needs no counters that tasks enter and leave. What it costs is printed (`-Dcost.print=true`).
    @Test
    void ten_thousand_requests_that_move_are_ten_thousand_at_every_look() {
        int requests = 10_000;
        int looks = 50;
        List<Recorder> all = new ArrayList<>();
        for (int i = 0; i < requests; i++) all.add(begun("r" + i, 0));
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong moves = new AtomicLong();
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("stress", () -> Nursery.run("all", nursery -> {
                nursery.startSoon("moves", () -> {
                    Random random = new Random(1);
                    while (!over.get()) {
                        move(all.get(random.nextInt(requests)).page().part(random.nextInt(2)));
                        moves.incrementAndGet();
                    }
                });
                try {
                    looks(looks, requests, moves);
                } finally {
                    over.set(true);
                }
            }));
        }
    }

    private static void move(PartRecorder part) {
        if (part.begunAt() == 0) part.begun();
        else if (part.readyAt() == 0) part.ready();
        else if (part.endedAt() == 0) {
            AttemptRecorder attempt = part.last();
            if (attempt == null) part.attempt();
            else if (attempt.connectingAt() == 0) attempt.connecting("host:1", "GET", "/");
            else if (attempt.connectedAt() == 0) attempt.connected();
            else
                attempt.firstByte();
        }
    }

    private void looks(int looks, int requests, AtomicLong moves) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < looks; i++) {
            long before = moves.get();
            while (moves.get() == before)
                Thread.onSpinWait();
            Whereabouts now = Whereabouts.of(recordings);
            assertEquals(requests, now.total());
            assertAddsUp(now);
        }
        if (Boolean.getBoolean("cost.print")) {
            System.out.println((threads.getCurrentThreadCpuTime() - cpu) / looks / 1_000 + " us of CPU and "
                    + (threads.getCurrentThreadAllocatedBytes() - bytes) / looks + " bytes a look at "
                    + requests + " requests, " + moves.get() + " moves");
        }
    }

    private void live(Random random, AtomicLong begun, AtomicLong ended) {
        for (int i = 0; i < 2_000; i++) {
            begun.incrementAndGet();
            Recorder request = recordings.begin("r", "GET", "/", System.nanoTime());
            if (random.nextInt(10) > 0) parts(request, random);
            request.decided();
            recordings.end(request, "complete", 200);
            ended.incrementAndGet();
        }
    }

    private static void parts(Recorder request, Random random) {
        request.page().planned(LAYOUT, Duration.ofSeconds(1));
        for (int i = 0; i < 2; i++) {
            PartRecorder part = request.page().part(i);
            part.begun();
            part.ready();
            AttemptRecorder attempt = part.attempt();
            if (attempt == null) throw new AssertionError();
            if (random.nextBoolean()) attempt.queued();
            attempt.admitted();
            attempt.connecting("host:1", "GET", "/");
            attempt.connected();
            attempt.firstByte();
            attempt.ended(200, null);
            part.ended("ok", null, null, null);
        }
    }

    private static void assertAddsUp(Whereabouts now) {
        assertEquals(now.active(), now.total());
        assertEquals(now.total(), now.routes().stream().mapToInt(Whereabouts.Route::count).sum());
        for (Whereabouts.Route route : now.routes()) {
            assertEquals(route.count(), route.parts().stream().mapToInt(Whereabouts.Part::count).sum());
            for (Whereabouts.Part part : route.parts()) {
                assertEquals(part.count(), part.waits().stream().mapToInt(Whereabouts.Wait::count).sum());
            }
        }
    }

    private void look(AtomicLong begun, AtomicLong ended, long[] looks) {
        long before = ended.get();
        Whereabouts now = Whereabouts.of(recordings);
        long after = begun.get();
        looks[0]++;
        assertAddsUp(now);
        assertTrue(now.total() <= after - before, () -> now.total() + " of " + (after - before));
    }
}
