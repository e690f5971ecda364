package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.structured.core.Scheduler;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/// One aggregator over scripted downstreams, in virtual time. Each part asks the downstream of its own name.
@Timeout(60)
abstract class AggregatorFixture {
    final VirtualClock clock = new VirtualClock();
    final Scheduler scheduler = Scheduler.builder().platform(clock).build();
    final Downstreams downstreams = new Downstreams();
    /// By part: the outcome and the milliseconds that the observer was told. A second word for a part is an
    /// error.
    final Map<String, String> ended = new ConcurrentSkipListMap<>();

    @AfterEach
    final void nothing_is_left() {
        assertEquals(0, downstreams.running(), "calls left");
        assertEquals(0, scheduler.statistics().tasks(), "tasks left");
        scheduler.close();
    }

    final Aggregator aggregator(RouteConfig... routes) {
        return new Aggregator(List.of(routes), downstreams.downstreams(), this::ended);
    }

    private void ended(String route, String part, String outcome, long nanos) {
        ended.merge(part, outcome + " " + nanos / 1_000_000, (first, second) -> first + " AND " + second);
    }

    /// Makes the page of `/products/42`.
    final Outcome page(RouteConfig route) {
        return page(route, Map.of());
    }

    final Outcome page(RouteConfig route, Map<String, List<String>> query) {
        return page(route, PageRequest.of(Map.of("id", "42"), query));
    }

    /// Makes a page within the calling task.
    final Outcome made(RouteConfig route, Map<String, String> parameters) {
        return made(route, PageRequest.of(parameters, Map.of()));
    }

    private Outcome made(RouteConfig route, PageRequest request) {
        try {
            return aggregator(route).aggregate(route, request, PartSink.NONE);
        } catch (BadRequestException e) {
            throw new AssertionError(e);
        }
    }

    final Outcome page(RouteConfig route, PageRequest request) {
        return scheduler.call("GET", () -> made(route, request));
    }

    final void assertTime(int millis) {
        assertEquals(Duration.ofMillis(millis), clock.now());
    }

    static RouteConfig route(PartConfig... parts) {
        return Parts.route("/products/{id}", Duration.ofMillis(800), List.of(parts));
    }

    static PartConfig required(String name, String path) {
        return Parts.part(name, path, List.of(), true, null);
    }

    static PartConfig optional(String name, String path) {
        return Parts.part(name, path, List.of(), false, null);
    }

    static PartConfig within(int millis, PartConfig part) {
        return Parts.part(part.name(), path(part), query(part), part.required(), Duration.ofMillis(millis));
    }

    static PartConfig passing(List<String> query, PartConfig part) {
        return Parts.part(part.name(), path(part), query, part.required(),
                part.call().budget() instanceof BudgetRule.Fixed(Duration time) ? time : null);
    }

    private static String path(PartConfig part) {
        return part.call().path().text();
    }

    private static List<String> query(PartConfig part) {
        return part.call().query().passed();
    }

    static void assertComplete(String page, Outcome outcome) {
        assertEquals(json(page).toString(),
                assertInstanceOf(Outcome.Complete.class, outcome).page().toString());
    }

    /// Asserts a page with some parts missing; compared as text, so that the order of the fields counts.
    static void assertPartial(String page, Outcome outcome) {
        assertEquals(json(page).toString(),
                assertInstanceOf(Outcome.Partial.class, outcome).page().toString());
    }

    static PartFailure failure(Outcome outcome) {
        return assertInstanceOf(Outcome.Failed.class, outcome).failure();
    }

    static PartFailure onlyMissing(Outcome outcome) {
        List<PartFailure> missing = assertInstanceOf(Outcome.Partial.class, outcome).missing();
        assertEquals(1, missing.size());
        return missing.getFirst();
    }
}
