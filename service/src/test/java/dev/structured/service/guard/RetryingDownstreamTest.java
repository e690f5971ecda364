package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.TaskTree;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.config.Method;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RetryingDownstreamTest {
    private static final Call GET = Call.get("/", "/");
    private static final Call ONCE = new Call(Method.POST, "/", "/", Map.of(), null, Set.of(), false, false);
    private static final Settings RETRIED = Settings.PLAIN.retry(3, Duration.ofMillis(20),
            Duration.ofMillis(100));
    private static final Settings HEDGED = Settings.PLAIN.hedge(new HedgeDelay.After(Duration.ofMillis(30)),
            2);

    private final Recorded recorded = new Recorded();

    private DownstreamState state = DownstreamState.of(Settings.PLAIN.config());

    private Downstream around(ScriptedLeaf inner, Settings settings) {
        DownstreamConfig config = settings.config();
        state = DownstreamState.of(config, new SplittableRandom(1));
        return DownstreamStack.around(inner, config, state, recorded);
    }

    /* --- Retries --- */

    @StructuredTest
    void broken_connection_and_configured_status_are_asked_again(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n == 1 ? ScriptedLeaf.fails(ErrorType.RESET) : ScriptedLeaf.status(n == 2 ? 503 : 200));
        assertEquals(200, around(inner, RETRIED).call(GET).status());
        assertEquals(List.of("first reset", "retry http_5xx", "retry ok"), recorded.events);
        assertTrue(clock.now().compareTo(Duration.ofMillis(20 + 40)) <= 0, () -> "paused " + clock.now());
        assertEquals(8, state.extraTokens());
    }

    @StructuredTest
    void last_answer_is_given_back_when_attempts_are_used_up() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.status(503));
        assertEquals(503, around(inner, RETRIED).call(GET).status());
        assertEquals(3, inner.calls.get());
        ScriptedLeaf broken = new ScriptedLeaf(_ -> ScriptedLeaf.fails(ErrorType.INCOMPLETE));
        Downstream downstream = around(broken, RETRIED);
        assertEquals(ErrorType.INCOMPLETE,
                assertThrows(DownstreamException.class, () -> downstream.call(GET)).type());
        assertEquals(3, broken.calls.get());
    }

    @StructuredTest
    void what_another_attempt_cannot_mend_is_not_asked_again() throws Exception {
        for (ErrorType type : List.of(ErrorType.LIMIT_EXCEEDED, ErrorType.CIRCUIT_OPEN,
                ErrorType.BODY_TOO_LARGE,
                ErrorType.INVALID_JSON, ErrorType.DNS, ErrorType.TIMEOUT)) {
            ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.fails(type));
            Downstream downstream = around(inner, RETRIED);
            assertThrows(DownstreamException.class, () -> downstream.call(GET));
            assertEquals(1, inner.calls.get(), type::name);
        }
        for (int status : new int[]{200, 404, 429, 500}) {
            ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.status(status));
            assertEquals(status, around(inner, RETRIED).call(GET).status());
            assertEquals(1, inner.calls.get());
        }
    }

    @StructuredTest
    void call_that_must_not_be_repeated_is_sent_once() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.after(100, 503));
        around(inner, RETRIED.hedge(new HedgeDelay.After(Duration.ofMillis(1)), 2)).call(ONCE);
        assertEquals(1, inner.calls.get());
        assertEquals(List.of("first http_5xx", "suppressed not_repeatable"), recorded.events);
    }

    @StructuredTest
    void pause_that_the_downstream_asks_for_is_kept(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n == 1 ? ScriptedLeaf.retryAfter(503, "2") : ScriptedLeaf.status(200));
        assertEquals(200, around(inner, RETRIED).call(GET).status());
        assertTrue(clock.now().compareTo(Duration.ofSeconds(2)) >= 0);
        assertTrue(clock.now().compareTo(Duration.ofMillis(2_020)) <= 0);
    }

    @StructuredTest
    void pause_that_does_not_end_in_time_is_not_begun(VirtualClock clock) throws Exception {
        for (String asked : List.of("1", "Thu, 21 Oct 2315 07:28:00 GMT")) {
            Downstream downstream = around(new ScriptedLeaf(_ -> ScriptedLeaf.retryAfter(503, asked)),
                    RETRIED);
            new CancelScope().withTimeout(Duration.ofMillis(800))
                    .run(() -> assertEquals(503, downstream.call(GET).status()));
        }
        Downstream slow = around(new ScriptedLeaf(_ -> ScriptedLeaf.after(300, 503)),
                Settings.PLAIN.retry(2, Duration.ofSeconds(10), Duration.ofSeconds(10)));
        new CancelScope().withTimeout(Duration.ofMillis(301))
                .run(() -> assertEquals(503, slow.call(GET).status()));
        assertEquals(Duration.ofMillis(300), clock.now());
        assertEquals(List.of("first http_5xx", "suppressed retry_after", "first http_5xx",
                "suppressed retry_after",
                "first http_5xx", "suppressed no_time"), recorded.events);
        assertEquals(10, state.extraTokens());
    }

    /// Each was sent by a server in the wild, and none says when to come back.
    @StructuredTest
    void pause_that_cannot_be_meant_is_as_if_absent(VirtualClock clock) throws Exception {
        for (String asked : List.of("Tue, 01 Jan 2019 00:00:00 GMT", "1.5", "-1", "2, 3", "soon", "",
                "Tue, 01 Jan 2019 00:00:00 GMT, Tue, 01 Jan 2019 00:00:00 GMT")) {
            ScriptedLeaf inner = new ScriptedLeaf(
                    n -> n <= 2 ? ScriptedLeaf.retryAfter(503, asked) : ScriptedLeaf.status(200));
            assertEquals(200, around(inner, RETRIED).call(GET).status(), asked);
            assertEquals(3, inner.calls.get(), asked);
        }
        assertTrue(clock.now().compareTo(Duration.ofSeconds(1)) < 0, () -> "paused for " + clock.now());
    }

    @StructuredTest
    void date_that_comes_is_waited_for(VirtualClock clock) throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME
                .format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(600));
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n == 1 ? ScriptedLeaf.retryAfter(503, date) : ScriptedLeaf.status(200));
        assertEquals(200, around(inner, RETRIED).call(GET).status());
        assertTrue(clock.now().compareTo(Duration.ofMinutes(8)) > 0, () -> "paused for " + clock.now());
        assertTrue(clock.now().compareTo(Duration.ofSeconds(601)) < 0, () -> "paused for " + clock.now());
    }

    @StructuredTest
    void pause_that_is_cut_short_costs_nothing() {
        Downstream downstream = around(new ScriptedLeaf(_ -> ScriptedLeaf.retryAfter(503, "5")), RETRIED);
        Nursery.run(nursery -> {
            nursery.startSoon("stops", () -> {
                Checkpoints.sleep(Duration.ofSeconds(1));
                assertEquals(9, state.extraTokens());
                nursery.scope().cancel();
            });
            downstream.call(GET);
        });
        assertEquals(10, state.extraTokens());
    }

    @StructuredTest
    void downstream_that_only_fails_gets_a_tenth_more_and_no_storm() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.status(503));
        Downstream downstream = around(inner,
                Settings.PLAIN.retry(5, Duration.ofMillis(1), Duration.ofMillis(2)));
        for (int i = 0; i < 1_000; i++) downstream.call(GET);
        assertTrue(inner.calls.get() >= 1_100, () -> inner.calls + " calls: it does retry");
        assertTrue(inner.calls.get() <= 1_120, () -> inner.calls + " calls");
    }

    /* --- Hedges --- */

    @StructuredTest
    void late_attempt_gets_company_and_the_first_answer_stops_the_other(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n == 1 ? ScriptedLeaf.hangs() : ScriptedLeaf.after(10, 200));
        assertEquals(200, around(inner, HEDGED).call(GET).status());
        assertEquals(Duration.ofMillis(40), clock.now());
        assertEquals(List.of("hedge ok", "first cancelled", "hedge won"), recorded.events);
        assertEquals(0, inner.running.get());
    }

    @StructuredTest
    void answer_in_time_is_asked_for_once(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.after(29, 200));
        around(inner, HEDGED).call(GET);
        assertEquals(1, inner.calls.get());
        assertEquals(Duration.ofMillis(29), clock.now(), "and nobody waits for the hedge's time");
        assertEquals(10, state.extraTokens());
    }

    @StructuredTest
    void failed_attempt_is_not_hedged(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.after(10, 503));
        assertEquals(503, around(inner, HEDGED).call(GET).status());
        assertEquals(1, inner.calls.get());
        assertEquals(Duration.ofMillis(10), clock.now());
    }

    @StructuredTest
    void failed_attempt_waits_for_the_one_in_flight_and_starts_no_third(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n == 1 ? ScriptedLeaf.after(40, 503) : ScriptedLeaf.after(100, 200));
        assertEquals(200,
                around(inner, Settings.PLAIN.hedge(new HedgeDelay.After(Duration.ofMillis(30)), 3)).call(GET)
                        .status());
        assertEquals(2, inner.calls.get());
        assertEquals(Duration.ofMillis(130), clock.now());
    }

    @StructuredTest
    void hedged_call_that_fails_is_tried_again_without_a_hedge(VirtualClock clock) throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(
                n -> n <= 2 ? ScriptedLeaf.failsAfter(50, ErrorType.RESET) : ScriptedLeaf.after(500, 200));
        Settings both = RETRIED.hedge(new HedgeDelay.After(Duration.ofMillis(30)), 2);
        assertEquals(200, around(inner, both).call(GET).status());
        assertEquals(List.of("first reset", "hedge reset", "retry ok"), recorded.events);
        assertEquals(8, state.extraTokens());
    }

    @StructuredTest
    void bug_of_an_attempt_is_told_though_another_answers() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(n -> n > 1 ? ScriptedLeaf.after(100, 200) : () -> {
            Checkpoints.sleep(Duration.ofMillis(50));
            throw new IllegalStateException("of the first attempt");
        });
        assertEquals(200, around(inner, HEDGED).call(GET).status());
        assertEquals(List.of("first error", "hedge ok", "hedge won", "bug of the first attempt"),
                recorded.events);
    }

    @Test
    void attempt_that_fails_while_it_is_cancelled_is_not_reported_as_dropped() throws Exception {
        Dropped dropped = new Dropped();
        try (Scheduler scheduler = Scheduler.builder().instrument(dropped).build()) {
            for (Settings settings : List.of(RETRIED, HEDGED)) {
                CancelScope scope = new CancelScope();
                Downstream downstream = around(new ScriptedLeaf(_ -> () -> {
                    scope.cancel();
                    return ScriptedLeaf.status(503).answer();
                }), settings);
                scheduler.run("page", () -> assertInstanceOf(ScopeResult.Cancelled.class,
                        scope.call(() -> downstream.call(GET))));
            }
        }
        assertEquals(List.of(), dropped.errors);
    }

    /// The cancellation falls between any two steps.
    @Test
    void attempt_that_fails_as_it_is_cancelled_is_never_reported_as_dropped() {
        Dropped dropped = new Dropped();
        Duration soon = Duration.ofMillis(1);
        for (Settings settings : List.of(RETRIED, HEDGED, RETRIED.hedge(new HedgeDelay.After(soon), 2))) {
            Simulation.check(200, simulation -> {
                Downstream downstream = around(new ScriptedLeaf(_ -> ScriptedLeaf.after(2, 503)), settings);
                CancelScope scope = new CancelScope("client");
                simulation.cancelAnywhere(scope);
                try (Scheduler scheduler = Scheduler.builder().platform(simulation.platform())
                        .instrument(dropped).build()) {
                    scheduler.run("page", () -> scope.run(() -> downstream.call(GET)));
                }
            });
        }
        assertEquals(List.of(), dropped.errors);
    }

    private static final class Dropped implements Instrument {
        final List<Throwable> errors = new CopyOnWriteArrayList<>();

        @Override
        public void errorDropped(Task<?> task, Throwable error) {
            errors.add(error);
        }
    }

    @StructuredTest
    void hedge_without_a_token_or_without_time_is_not_made() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(n -> ScriptedLeaf.after(100, 200));
        Downstream downstream = around(inner, HEDGED.extra(0, 1));
        downstream.call(GET);
        downstream.call(GET);
        new CancelScope().withTimeout(Duration.ofMillis(120)).run(() -> downstream.call(GET));
        assertEquals(4, inner.calls.get());
        assertEquals(List.of("suppressed budget", "suppressed no_time"),
                recorded.events.stream().filter(e -> e.startsWith("suppressed")).toList());
    }

    @StructuredTest
    void percentile_is_not_known_before_twenty_answers() throws Exception {
        ScriptedLeaf inner = new ScriptedLeaf(n -> ScriptedLeaf.after(n == 10 || n == 21 ? 1_000 : 10, 200));
        Downstream downstream = around(inner, Settings.PLAIN.hedge(new HedgeDelay.Percentile(95), 2));
        for (int i = 0; i < 20; i++) downstream.call(GET);
        assertEquals(20, inner.calls.get());
        downstream.call(GET);
        assertEquals(22, inner.calls.get());
    }

    @StructuredTest
    void every_attempt_is_in_the_task_tree(VirtualClock clock, Scheduler scheduler) {
        Downstream downstream = around(
                new ScriptedLeaf(n -> n < 3 ? ScriptedLeaf.hangs() : ScriptedLeaf.status(200)), HEDGED);
        Nursery.run(nursery -> {
            nursery.startSoon("part", () -> downstream.call(GET));
            Checkpoints.sleep(Duration.ofMillis(35));
            List<TaskTree.Entry> tasks = TaskTree.of(scheduler).tasks();
            assertTrue(tasks.stream().anyMatch(task -> task.name().equals("attempt 2 (hedge)")),
                    tasks::toString);
            assertTrue(tasks.stream().anyMatch(task -> task.scopes().contains("attempt 1 (first)")),
                    tasks::toString);
            assertTrue(tasks.stream().anyMatch(task -> "2".equals(task.notes().get("attempt"))),
                    tasks::toString);
            nursery.scope().cancel();
        });
    }

    @StructuredTest(limitMillis = 60_000)
    void one_slow_call_in_a_hundred_no_longer_shows_in_the_tail(VirtualClock clock) throws Exception {
        double plain = p999(clock, Settings.PLAIN);
        double hedged = p999(clock, Settings.PLAIN.hedge(new HedgeDelay.Percentile(98), 2).extra(3, 10));
        assertTrue(plain > 900, () -> "without: " + plain);
        assertTrue(hedged < plain / 10, () -> plain + " -> " + hedged);
        assertTrue(lastCalls <= CALLS * 1.03 + 10, () -> lastCalls + " calls for " + CALLS);
    }

    private static final int CALLS = 10_000;
    private int lastCalls;

    private double p999(VirtualClock clock, Settings settings) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        ScriptedLeaf inner = new ScriptedLeaf(
                _ -> ScriptedLeaf.afterMicros(
                        random.nextInt(100) == 0 ? 1_000_000 : 5_000 + random.nextInt(10_000), 200));
        Downstream downstream = around(inner, settings);
        long[] took = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            Duration began = clock.now();
            downstream.call(GET);
            took[i] = clock.now().minus(began).toMillis();
        }
        lastCalls = inner.calls.get();
        Arrays.sort(took);
        return took[CALLS - CALLS / 1_000];
    }

    /* --- Both --- */

    @StructuredTest
    void call_without_retries_and_hedges_passes_no_layer_for_them() throws Exception {
        List<StackTraceElement> way = new ArrayList<>();
        ScriptedLeaf inner = new ScriptedLeaf(_ -> {
            way.addAll(List.of(new Throwable().getStackTrace()));
            return ScriptedLeaf.status(200);
        });
        assertEquals(200, around(inner, Settings.PLAIN).call(GET).status());
        assertFalse(passes(way));
        way.clear();
        assertEquals(200, around(inner, RETRIED).call(GET).status());
        assertTrue(passes(way), way::toString);
    }

    private static boolean passes(List<StackTraceElement> way) {
        return way.stream()
                .anyMatch(frame -> frame.getClassName().equals(RetryingDownstream.class.getName()));
    }

    @Test
    void nothing_is_left_under_any_schedule() {
        Settings all = RETRIED.hedge(new HedgeDelay.After(Duration.ofMillis(2)), 3).breaks().connections(2, 2)
                .extra(50, 3);
        Simulation.check(300, simulation -> {
            DownstreamConfig config = all.config();
            DownstreamState fresh = DownstreamState.of(config,
                    new SplittableRandom(simulation.random().nextLong()));
            ScriptedLeaf inner = new ScriptedLeaf(n -> n % 4 == 1
                    ? ScriptedLeaf.failsAfter(n % 5, ErrorType.RESET)
                    : ScriptedLeaf.after(n % 7, n % 3 == 0 ? 503 : 200));
            Downstream downstream = DownstreamStack.around(inner, config, fresh, GuardObserver.NONE);
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 2; i++) nursery.startSoon("caller", () -> call(downstream));
                nursery.startSoon("cancelled", () -> scope.run(() -> call(downstream)));
                nursery.startSoon("short of time",
                        () -> new CancelScope().withTimeout(Duration.ofMillis(4))
                                .run(() -> call(downstream)));
            }));
            assertEquals(0, inner.running.get());
            assertEquals(0, fresh.capacity.permits.statistics().borrowed());
            assertEquals(0, fresh.inFlight());
            var extra = fresh.extra.budget().statistics();
            assertEquals(4, extra.calls());
            assertTrue(extra.granted() <= 3 + 2, extra::toString);
            assertTrue(inner.calls.get() <= extra.calls() + extra.granted(), () -> inner.calls + " " + extra);
        });
    }

    private static void call(Downstream downstream) throws InterruptedException {
        try {
            downstream.call(GET);
        } catch (DownstreamException e) {
            Checkpoints.quickCheckpoint(); // scripted, or shed
        }
    }
}
