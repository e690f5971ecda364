package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.config.RouteConfig;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One request of a client, who may be in a hurry, or go away.
final class Request implements Leaves.Guest {
    private static final List<String> IDS = List.of("1", "1", "1", "2", "2", "3", "a b", "ä/ö", "..", "");

    private final World world;
    private final Aggregator aggregator;
    final int id;
    final RouteConfig route;
    final PageRequest request;
    private final Duration whole;
    private final CancelScope client = new CancelScope("client");
    /// What the observer was told, by part; several words for a batch.
    private final Map<String, List<String>> words = new TreeMap<>();
    private final List<String> seen = new ArrayList<>();
    private long began;
    private @Nullable Outcome outcome;

    Request(World world, Aggregator aggregator, int id) {
        RandomGenerator random = world.simulation.random();
        this.world = world;
        this.aggregator = aggregator;
        this.id = id;
        this.route = world.config.routes().get(random.nextInt(world.config.routes().size()));
        boolean rough = world.weather == RandomConfig.Weather.ROUGH;
        Duration left = rough && random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(150) - 10) : null;
        Map<String, List<String>> query = random.nextBoolean()
                ? Map.of()
                : Map.of("q", List.of("" + random.nextInt(2)),
                        "lang", List.of("d e"));
        JsonNode body = route.batch() == null
                ? null
                : Json.of("{ids: [1, 2, 'a b', " + (rough ? "{}" : "1") + "]}");
        String item = IDS.get(random.nextInt(rough ? IDS.size() : 6));
        this.request = new PageRequest("r" + id, route.batch() == null ? Map.of("id", item) : Map.of(), query,
                Map.of(), body, left);
        this.whole = left == null || left.compareTo(route.deadline()) > 0 ? route.deadline() : left;
        if (rough) impatience(world.simulation, random);
    }

    private void impatience(Simulation simulation, RandomGenerator random) {
        switch (random.nextInt(8)) {
            case 0 -> simulation.cancelAnywhere(client);
            case 1 -> client.setTimeout(Duration.ofMillis(random.nextInt(150)));
            default -> {
                // it waits
            }
        }
    }

    @Override
    public void calls(Deadline deadline) {
        if (!world.punctual) return;
        Scheduler scheduler = world.simulation.scheduler();
        Deadline end = scheduler.deadlineAfter(Duration.ZERO)
                .plus(Duration.ofNanos(deadline() - scheduler.nanoTime()));
        assertFalse(deadline.isAfter(end), "a call has more time than its page");
    }

    private long deadline() {
        return began + whole.toNanos();
    }

    /// Returns the kind of its outcome.
    String came() {
        return outcome == null ? "gone" : outcome.getClass().getSimpleName();
    }

    long began() {
        return began;
    }

    /// Makes the request, and checks what came of it. In a task.
    void play() throws Exception {
        Checkpoints.sleep(Duration.ofMillis(world.simulation.random().nextInt(120)));
        try {
            Leaves.GUEST.run(this, this::ask);
            judge();
        } finally {
            world.over++;
        }
    }

    private void ask() throws Exception {
        began = now();
        world.inFlight++;
        ScopeResult<Outcome> result;
        try {
            result = client.call(() -> aggregator.aggregate(route, request, new Seen()));
        } finally {
            // A call that was shared may outlive this request, but not the last one.
            if (--world.inFlight == 0)
                assertEquals(0, world.leaves.running(), "a call outlives all requests");
        }
        outcome = result instanceof ScopeResult.Completed<Outcome>(Outcome value) ? value : null;
    }

    private long now() {
        return world.simulation.scheduler().nanoTime();
    }

    private void judge() {
        long took = now() - began;
        Outcome came = outcome;
        assertFalse(world.leaves.isAnyRunningFor(this), "a call outlives its request");
        if (came == null) assertTrue(client.isCancelled(), "no outcome");
        if (world.punctual) {
            assertTrue(took <= Math.max(0, whole.toNanos()), () -> "late: took " + took + " of " + whole);
        }
        if (route.batch() == null) {
            assertWordsOnce(came);
            if (came != null)
                new Judge(world, this, route, deadline(), request.pathParams().get("id"), singleWords())
                        .judge(came);
            if (came != null) assertSeen(came);
        } else if (came instanceof Outcome.Batch batch) {
            batch(batch);
        } else if (came != null) {
            assertEquals(504, assertInstanceOf(Outcome.Failed.class, came).status());
            assertFalse(whole.isPositive(), () -> "no batch, though there was time: " + came);
        }
    }

    private void batch(Outcome.Batch batch) {
        assertEquals(4, batch.items().size());
        RouteConfig pages = world.page(route.batch().route());
        long atMost = Math.min(deadline(), began + pages.deadline().toNanos());
        List<String> ids = List.of("1", "2", "a b", "1");
        for (int i = 0; i < 4; i++) {
            Outcome.Item item = batch.items().get(i);
            if (item.params().isEmpty()) continue;
            assertEquals(Map.of("id", ids.get(i)), item.params());
            new Judge(world, this, pages, atMost, ids.get(i), null).judge(item.outcome());
        }
        words.forEach((part, told) -> assertTrue(told.size() <= 4, () -> part + " ended too often: " + told));
    }

    /* --- The observer and the sink --- */

    static void partEnded(String route, String part, String outcome, long nanos) {
        if (Leaves.GUEST.get() instanceof Request request) {
            request.words.computeIfAbsent(part, _ -> new ArrayList<>()).add(outcome);
            assertTrue(nanos >= 0 && nanos <= request.now() - request.began, "took longer than its page");
            assertEquals(request.route.batch() == null ? request.route.path() : request.route.batch().route(),
                    route);
        } else {
            throw new AssertionError("a part ends outside of a request");
        }
    }

    private Map<String, String> singleWords() {
        Map<String, String> single = new TreeMap<>();
        words.forEach((part, told) -> single.put(part, told.getFirst()));
        return single;
    }

    /// All parts of a page start at once, or none does.
    private void assertWordsOnce(@Nullable Outcome came) {
        words.forEach(
                (part, told) -> assertEquals(1, told.size(), () -> part + " ended more than once: " + told));
        boolean all = words.keySet().equals(route.parts().keySet());
        boolean none = words.isEmpty();
        boolean asked = came != null && whole.isPositive();
        assertTrue(asked ? all : all || none, () -> "not all parts have ended: " + words);
    }

    private final class Seen implements PartSink {
        @Override
        public void present(String part, JsonNode value) {
            seen.add(part + " " + value);
            world.simulation.point("present");
        }

        @Override
        public void missing(PartFailure failure) {
            seen.add(failure.part() + " missing " + failure.type());
            world.simulation.point("missing");
        }
    }

    /// A streaming client gets what the page has, each part once.
    private void assertSeen(Outcome came) {
        List<PartFailure> missing = switch (came) {
            case Outcome.Partial partial -> partial.missing();
            case Outcome.Complete complete -> Judge.notNeeded(route, complete.page());
            default -> List.of();
        };
        if (came instanceof Outcome.Failed) return;
        for (PartFailure failure : missing) {
            long times = seen.stream().filter((failure.part() + " missing " + failure.type())::equals)
                    .count();
            assertEquals(1, times, () -> failure + " in " + seen);
        }
        assertEquals(missing.size(), seen.stream().filter(text -> text.contains(" missing ")).count(),
                seen::toString);
    }

    @Override
    public String toString() {
        return "request " + id + " for " + route.name() + " " + request + " came to " + outcome;
    }
}
