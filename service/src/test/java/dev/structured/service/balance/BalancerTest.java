package dev.structured.service.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;

/// One balancer with scripted endpoints, in virtual time.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BalancerTest {
    private static final String THREE = "urls: [http://a, http://b, http://c]";
    private static final String TWO = "urls: [http://a, http://b]";
    private static final Fleet.Script BROKEN = _ -> Fleet.after(1, 500);

    private final Fleet fleet = new Fleet();

    static void call(Downstream downstream, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            try {
                downstream.call(Fleet.get("/" + i));
            } catch (DownstreamException _) {
                // counted by the fleet
            }
        }
    }

    /* --- Choosing --- */

    @StructuredTest
    void equal_endpoints_get_equal_shares() {
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE), background).downstream(), 900);
            fleet.counts()
                    .forEach((name, count) -> assertTrue(count > 200 && count < 400, name + " " + count));
        });
    }

    @StructuredTest
    void endpoint_that_is_busy_gets_fewer_calls() {
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(TWO), background).downstream();
            call(downstream, 40);
            fleet.does("a", Fleet.HANGS);
            Nursery.run(nursery -> {
                fleet.share("a");
                while (fleet.calls("a") == 0) {
                    nursery.startSoon(() -> downstream.call(Fleet.get("/")));
                    Checkpoints.sleep(Duration.ofMillis(2));
                }
                fleet.share("a");
                for (int i = 0; i < 50; i++) downstream.call(Fleet.get("/"));
                assertEquals(0, fleet.calls("a"), fleet.counts()::toString);
                nursery.scope().cancel();
            });
        });
    }

    @StructuredTest
    void slow_endpoint_is_asked_again_after_a_while_by_one_call() {
        fleet.does("a", _ -> Fleet.after(50));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(TWO), background).downstream();
            call(downstream, 100);
            fleet.does("a", _ -> Fleet.after(1)).share("a");
            call(downstream, 100);
            assertEquals(0, fleet.calls("a"), "not forgotten so soon");
            Checkpoints.sleep(Duration.ofSeconds(60));
            call(downstream, 400);
            assertTrue(fleet.calls("a") > 100, fleet.counts()::toString);
        });
    }

    @StructuredTest
    void round_robin_takes_each_in_its_turn() {
        fleet.does("a", _ -> Fleet.after(50));
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE, "choice: round_robin"), background).downstream(), 30);
            assertEquals("{a=10, b=10, c=10}", fleet.counts().toString());
        });
    }

    /* --- Ejection --- */

    @StructuredTest
    void failures_in_a_row_eject_an_endpoint_each_time_for_longer() {
        fleet.does("a", BROKEN);
        fleet.run(background -> {
            Downstream downstream = fleet
                    .balancer(Fleet.config(THREE, "ejection: {base: 1s, max: 3s}", "slowStart: 0ms"),
                            background)
                    .downstream();
            for (int i = 0; i < 1_000; i++) {
                call(downstream, 10);
                Checkpoints.sleep(Duration.ofMillis(10));
            }
            assertEquals(List.of("a failures 1000", "a returned", "a failures 2000", "a returned",
                    "a failures 3000", "a returned", "a failures 3000"), fleet.events.subList(0, 7));
            // five the first time, then one for each trial
            assertTrue(fleet.calls("a") <= 12, fleet.counts()::toString);
        });
    }

    @StructuredTest
    void endpoint_that_fails_more_often_than_its_peers_is_ejected() {
        AtomicInteger number = new AtomicInteger();
        fleet.does("a", _ -> Fleet.after(1, number.incrementAndGet() % 2 == 0 ? 500 : 200));
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE), background).downstream(), 300);
            assertEquals(List.of("a failure_rate 10000"), fleet.events);
        });
    }

    @StructuredTest
    void endpoints_that_all_fail_as_often_are_all_asked() {
        AtomicInteger number = new AtomicInteger();
        Fleet.Script half = _ -> Fleet.after(1, number.incrementAndGet() % 2 == 0 ? 500 : 200);
        fleet.does("a", half).does("b", half).does("c", half);
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE, "ejection: {failures: 1000}"), background).downstream(),
                    3_000);
            fleet.counts().forEach((name, count) -> assertTrue(count > 500, name + " " + count));
        });
    }

    @StructuredTest
    void never_more_than_half_is_left_alone_then_all_are_asked() {
        fleet.does("a", BROKEN).does("b", BROKEN).does("c", BROKEN);
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE), background).downstream(), 900);
            fleet.counts().forEach((name, count) -> assertTrue(count > 200, name + " " + count));
        });
    }

    @StructuredTest
    void one_of_two_may_be_left_alone_and_one_alone_never() {
        fleet.does("a", BROKEN);
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(TWO), background).downstream(), 200);
            assertEquals(5, fleet.calls("a"));
        });
    }

    @StructuredTest
    void endpoint_that_answers_well_where_all_are_asked_is_back_at_once() {
        fleet.does("a", BROKEN).does("b", BROKEN).does("c", BROKEN);
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(THREE), background);
            call(balancer.downstream(), 100);
            assertTrue(balancer.views().stream().allMatch(each -> "failures".equals(each.leftAlone())));
            fleet.does("a", _ -> Fleet.after(1));
            call(balancer.downstream(), 100);
            assertNull(balancer.views().getFirst().leftAlone());
            assertEquals("a returned", fleet.events.getLast());
        });
    }

    @StructuredTest
    void endpoint_that_is_back_after_a_good_answer_is_not_on_trial() {
        fleet.does("a", BROKEN).does("b", BROKEN).does("c", BROKEN);
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(THREE, "slowStart: 0ms"), background);
            call(balancer.downstream(), 100);
            AtomicInteger answers = new AtomicInteger();
            fleet.does("a", _ -> Fleet.after(1, answers.getAndIncrement() == 0 ? 200 : 500));
            while (answers.get() < 5)
                call(balancer.downstream(), 1);
            assertNull(balancer.views().getFirst().leftAlone());
            while (answers.get() < 6)
                call(balancer.downstream(), 1);
            assertEquals("failures", balancer.views().getFirst().leftAlone());
        });
    }

    @StructuredTest
    void call_that_began_before_the_ejection_says_nothing_after_it() {
        fleet.does("a", call -> call.path().equals("/slow") ? Fleet.after(100) : Fleet.after(1, 500))
                .does("b", call -> call.path().equals("/slow") ? Fleet.after(100) : Fleet.after(1));
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(TWO), background);
            Nursery.run(nursery -> {
                for (int i = 0; i < 2; i++) {
                    nursery.startSoon(() -> balancer.downstream().call(Fleet.get("/slow")));
                }
                Checkpoints.sleep(Duration.ofMillis(1));
                call(balancer.downstream(), 50);
                assertEquals("failures", balancer.views().getFirst().leftAlone());
            });
            assertEquals("failures", balancer.views().getFirst().leftAlone(),
                    "a good answer came in between");
        });
    }

    @StructuredTest
    void endpoint_that_comes_back_gets_its_share_little_by_little() {
        assertSlowStart("choice: least_loaded");
    }

    @StructuredTest
    void endpoint_that_comes_back_gets_its_turn_now_and_then_at_first() {
        assertSlowStart("choice: round_robin");
    }

    private void assertSlowStart(String choice) {
        fleet.does("a", BROKEN);
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(THREE, choice), background).downstream();
            call(downstream, 100);
            fleet.does("a", _ -> Fleet.after(1));
            Checkpoints.sleep(Duration.ofSeconds(10));
            fleet.share("a");
            call(downstream, 900);
            double first = fleet.share("a");
            Checkpoints.sleep(Duration.ofSeconds(10));
            call(downstream, 900);
            double later = fleet.share("a");
            assertTrue(first < 0.2 && later > 0.25, first + ", then " + later);
        });
    }

    @StructuredTest
    void caller_in_a_hurry_says_nothing_and_one_with_time_does() {
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(TWO), background);
            fleet.does("a", _ -> Fleet.after(20)).does("b", _ -> Fleet.after(20));
            call(balancer.downstream(), 100);
            for (int i = 0; i < 50; i++) {
                Timeouts.moveOnAfter(Duration.ofMillis(5), () -> call(balancer.downstream(), 1));
            }
            assertEquals(0, balancer.views().getFirst().failures());
            fleet.does("a", Fleet.HANGS);
            for (int i = 0; i < 50; i++) {
                Timeouts.moveOnAfter(Duration.ofMillis(100), () -> call(balancer.downstream(), 1));
            }
            assertTrue(balancer.views().getFirst().failures() > 0);
        });
    }

    /* --- Pauses --- */

    @StructuredTest
    void endpoint_that_asks_for_a_pause_gets_it_and_the_others_answer() {
        fleet.does("a", _ -> Fleet.asksForPause(5));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(THREE), background).downstream();
            int refused = 0;
            for (int i = 0; i < 500; i++) {
                Reply reply = downstream.call(Fleet.get("/"));
                if (reply.status() == 503) refused++;
                assertNull(reply.headers().get("retry-after"), "the others did not ask for it");
            }
            assertEquals(1, refused);
            assertEquals(List.of("a retry_after 5000"), fleet.events);
        });
    }

    /// It is a failure like any other.
    @StructuredTest
    void pause_of_no_time_is_none() {
        fleet.does("a", _ -> Fleet.asksForPause(0));
        fleet.run(background -> {
            call(fleet.balancer(Fleet.config(THREE), background).downstream(), 500);
            assertEquals(List.of("a failures 10000"), fleet.events);
            assertEquals(5, fleet.calls("a"));
        });
    }

    @StructuredTest
    void pause_that_all_ask_for_is_told() {
        fleet.does("a", _ -> Fleet.asksForPause(5)).does("b", _ -> Fleet.asksForPause(5));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(TWO), background).downstream();
            downstream.call(Fleet.get("/"));
            assertEquals("5", downstream.call(Fleet.get("/")).headers().get("retry-after"));
        });
    }

    /* --- Endpoints that take no connection --- */

    @StructuredTest
    void call_that_could_not_be_sent_goes_to_another_endpoint() {
        fleet.does("a", Fleet.fails(ErrorType.CONNECT_REFUSED)).does("b",
                Fleet.fails(ErrorType.CONNECT_TIMEOUT));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(THREE), background).downstream();
            for (int i = 0; i < 100; i++) assertEquals(200, downstream.call(Fleet.get("/")).status());
            assertEquals(100, fleet.calls("c"));
        });
    }

    @StructuredTest
    void call_that_was_sent_is_not_sent_again() {
        fleet.does("a", Fleet.fails(ErrorType.RESET)).does("b", Fleet.fails(ErrorType.RESET));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(TWO), background).downstream();
            assertThrows(DownstreamException.class, () -> downstream.call(Fleet.get("/")));
            assertEquals(1, fleet.calls("a") + fleet.calls("b"));
        });
    }

    @StructuredTest
    void each_endpoint_is_tried_once_when_none_takes_a_connection() {
        for (String name : List.of("a", "b", "c")) fleet.does(name, Fleet.fails(ErrorType.CONNECT_REFUSED));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(Fleet.config(THREE), background).downstream();
            assertThrows(DownstreamException.class, () -> downstream.call(Fleet.get("/")));
            assertEquals("{a=1, b=1, c=1}", fleet.counts().toString());
        });
    }

    /* --- Health --- */

    @StructuredTest
    void endpoint_whose_health_checks_fail_gets_no_calls_until_they_do_not() {
        AtomicInteger health = new AtomicInteger(503);
        fleet.does("a",
                call -> call.path().equals("/health") ? Fleet.after(1, health.get()) : Fleet.after(1));
        fleet.run(background -> {
            Downstream downstream = fleet.balancer(
                    Fleet.config(THREE, "healthCheck: {path: /health, interval: 1s}"), background)
                    .downstream();
            Checkpoints.sleep(Duration.ofMillis(2_500));
            assertEquals(List.of("a unhealthy 0"), fleet.events);
            int before = fleet.calls("a");
            call(downstream, 100);
            assertEquals(before, fleet.calls("a"));
            health.set(200);
            Checkpoints.sleep(Duration.ofSeconds(2));
            assertEquals(List.of("a unhealthy 0", "a returned"), fleet.events);
        });
    }

    @StructuredTest
    void health_check_that_hangs_is_a_bad_answer_and_text_a_good_one() {
        fleet.does("a", Fleet.HANGS).does("b", Fleet.fails(ErrorType.INVALID_JSON))
                .does("c", Fleet.fails(ErrorType.INCOMPLETE));
        fleet.run(background -> {
            fleet.balancer(Fleet.config(THREE, "healthCheck: {path: /health, interval: 1s, timeout: 100ms}"),
                    background);
            Checkpoints.sleep(Duration.ofSeconds(5));
            assertEquals(List.of("a unhealthy 0"), fleet.events);
            assertEquals(2 * fleet.bad.get(), fleet.good.get());
            assertTrue(fleet.bad.get() >= 4 && fleet.probes.get() >= 3 * fleet.bad.get());
        });
    }

    @StructuredTest
    void health_check_that_the_service_could_not_make_says_nothing() {
        AtomicInteger asked = new AtomicInteger();
        fleet.does("a", Fleet.fails(ErrorType.DESCRIPTORS)).does("b", Fleet.fails(ErrorType.MEMORY))
                .does("c", call -> asked.incrementAndGet() % 2 == 0
                        ? Fleet.fails(ErrorType.DESCRIPTORS).answer(call)
                        : Fleet.after(1, 503));
        fleet.run(background -> {
            fleet.balancer(Fleet.config(THREE, "healthCheck: {path: /health, interval: 1s}"), background);
            Checkpoints.sleep(Duration.ofMillis(4_500));
            assertEquals(List.of("c unhealthy 0"), fleet.events, "the third bad answer is the fifth check");
            assertEquals(3, fleet.bad.get());
            assertEquals(0, fleet.good.get());
        });
    }

    @StructuredTest
    void watches_end_with_their_balancer() {
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(THREE, "healthCheck: /health"), background);
            Checkpoints.sleep(Duration.ofSeconds(1));
            balancer.close();
            Checkpoints.sleep(Duration.ofSeconds(60));
            assertEquals(3, fleet.counts().values().stream().mapToInt(each -> each).sum());
        });
    }

    /* --- Names --- */

    @StructuredTest
    void endpoints_that_differ_by_their_paths_have_names_of_their_own() {
        fleet.run(background -> {
            Balancer first = fleet.balancer(
                    Fleet.config("urls: [http://a:1/x, http://a:2/x, http://a:1/y, http://a:1/z]"),
                    background);
            assertEquals(List.of("a:1", "a:2", "a:1 #2", "a:1 #3"), names(first));
            Balancer next = fleet.balancer(Fleet.config("urls: [http://a:1/w, http://a:1/z, http://a:1/y]"),
                    background, first);
            assertEquals(List.of("a:1", "a:1 #3", "a:1 #2"), names(next), "those that stay keep their names");
            Balancer last = fleet.balancer(Fleet.config("urls: [http://a:1/v, http://a:2/v]"), background,
                    next);
            assertEquals(List.of("a:1", "a:2"), names(last));
        });
    }

    private static List<String> names(Balancer balancer) {
        return balancer.views().stream().map(EndpointView::endpoint).toList();
    }

    /* --- Reloads --- */

    @StructuredTest
    void next_configuration_goes_on_with_the_endpoints_that_both_have() {
        fleet.does("a", BROKEN);
        fleet.run(background -> {
            Balancer first = fleet.balancer(Fleet.config(THREE), background);
            call(first.downstream(), 100);
            Balancer next = fleet.balancer(
                    Fleet.config("urls: [http://a, http://c, http://d]", "maxQueued: 1"),
                    background, first);
            assertEquals(6, fleet.open.size(), "each has its own, over the same connections");
            first.close();
            assertEquals(3, fleet.open.size());
            assertEquals("failures", next.views().getFirst().leftAlone());
            call(next.downstream(), 100);
            assertEquals(5, fleet.calls("a"));
            assertTrue(fleet.calls("d") > 0 && fleet.calls("d") < 20, "new among others");
        });
    }

    @StructuredTest
    void cancelled_call_leaves_nothing_in_flight() {
        fleet.does("a", Fleet.HANGS).does("b", Fleet.HANGS);
        fleet.run(background -> {
            Balancer balancer = fleet.balancer(Fleet.config(TWO), background);
            CancelScope scope = new CancelScope("hanging");
            scope.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 10; i++) {
                    nursery.startSoon(() -> balancer.downstream().call(Fleet.get("/")));
                }
                Checkpoints.sleep(Duration.ofMillis(1));
                assertEquals(10, balancer.views().stream().mapToInt(EndpointView::inFlight).sum());
                scope.cancel("enough");
            }));
            assertEquals(List.of(0, 0), balancer.views().stream().map(EndpointView::inFlight).toList());
            assertEquals(0, fleet.running());
        });
    }
}
