package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.guard.GuardObserver.BreakerState;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The breaker opens for 5 s when half of the last ten calls failed, and lets two try then.
class CircuitBreakingDownstreamTest {
    private static final Call CALL = Call.get("/", "/");
    private static final DownstreamConfig CONFIG = Settings.PLAIN.breaks().config();

    private final Recorded recorded = new Recorded();
    private final DownstreamState state = DownstreamState.of(CONFIG);

    private Downstream broken(ScriptedLeaf.Script script) {
        return DownstreamStack.around(new ScriptedLeaf(script), CONFIG, state, recorded);
    }

    private static void callTimes(int times, Downstream downstream) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            try {
                downstream.call(CALL);
            } catch (DownstreamException e) {
                Checkpoints.quickCheckpoint(); // scripted
            }
        }
    }

    private void assertState(BreakerState expected) {
        assertEquals(expected, state.breakerState());
    }

    private static ErrorType failure(Downstream downstream) {
        return assertThrows(DownstreamException.class, () -> downstream.call(CALL)).type();
    }

    @StructuredTest
    void opens_at_the_failure_rate_and_says_for_how_long() throws Exception {
        Downstream broken = broken(
                n -> n <= 5 ? ScriptedLeaf.status(200) : ScriptedLeaf.fails(ErrorType.CONNECT_REFUSED));
        callTimes(9, broken);
        assertState(BreakerState.CLOSED);
        callTimes(1, broken);
        assertState(BreakerState.OPEN);
        Checkpoints.sleep(Duration.ofSeconds(2));
        DownstreamException refused = assertThrows(DownstreamException.class, () -> broken.call(CALL));
        assertEquals(ErrorType.CIRCUIT_OPEN, refused.type());
        assertEquals(Duration.ofSeconds(3), refused.retryAfter());
        assertEquals(List.of("breaker open", "shed circuit_open"), recorded.events);
    }

    @StructuredTest
    void closes_again_when_the_trials_succeed_and_opens_when_they_fail() throws Exception {
        Downstream broken = broken(
                n -> n <= 10 || (n > 12 && n <= 14) ? ScriptedLeaf.status(500) : ScriptedLeaf.status(200));
        callTimes(10, broken);
        Checkpoints.sleep(Duration.ofMillis(5_001));
        callTimes(2, broken);
        assertState(BreakerState.CLOSED);
        callTimes(2, broken); // 500
        callTimes(8, broken); // 200: two of ten are too few
        assertState(BreakerState.CLOSED);
        assertEquals(List.of("breaker open", "breaker half_open", "breaker closed"), recorded.events);
    }

    @StructuredTest
    void failing_trials_open_it_again() throws Exception {
        Downstream broken = broken(_ -> ScriptedLeaf.status(503));
        callTimes(10, broken);
        Checkpoints.sleep(Duration.ofMillis(5_001));
        callTimes(2, broken);
        assertState(BreakerState.OPEN);
        assertEquals(ErrorType.CIRCUIT_OPEN, failure(broken));
    }

    @StructuredTest
    void answers_that_are_the_callers_fault_do_not_count() throws Exception {
        int[] statuses = {404, 429, 400, 401};
        callTimes(100, broken(n -> n % 5 == 0
                ? ScriptedLeaf.fails(ErrorType.INVALID_JSON)
                : ScriptedLeaf.status(statuses[n % 4])));
        assertState(BreakerState.CLOSED);
    }

    @StructuredTest
    void our_own_limit_does_not_count() throws Exception {
        callTimes(100, broken(_ -> ScriptedLeaf.fails(ErrorType.LIMIT_EXCEEDED)));
        assertState(BreakerState.CLOSED);
    }

    @StructuredTest
    void calls_that_nobody_needs_any_more_do_not_count() {
        Downstream broken = broken(_ -> ScriptedLeaf.hangs());
        for (int i = 0; i < 100; i++) {
            new CancelScope().withTimeout(Duration.ofMinutes(1)).run(() -> Nursery.run(nursery -> {
                nursery.startSoon("stops", () -> nursery.scope().cancel());
                broken.call(CALL);
            }));
        }
        assertState(BreakerState.CLOSED);
    }

    @StructuredTest
    void downstream_that_hangs_opens_it() throws Exception {
        Downstream broken = broken(_ -> ScriptedLeaf.hangs());
        for (int i = 0; i < 10; i++) {
            assertTrue(new CancelScope().withTimeout(Duration.ofMillis(50)).call(() -> broken.call(CALL))
                    .isCancelled());
        }
        assertState(BreakerState.OPEN);
    }

    @StructuredTest
    void callers_in_a_hurry_do_not_open_it() throws Exception {
        Downstream broken = broken(_ -> ScriptedLeaf.after(100, 200));
        callTimes(1, broken);
        for (int i = 0; i < 50; i++) {
            assertTrue(new CancelScope().withTimeout(Duration.ofMillis(50)).call(() -> broken.call(CALL))
                    .isCancelled());
        }
        assertState(BreakerState.CLOSED);
    }

    @StructuredTest
    void downstream_may_ask_for_a_longer_pause() throws Exception {
        Downstream broken = broken(n -> ScriptedLeaf.retryAfter(503, n == 10 ? "12" : "1"));
        callTimes(10, broken);
        Checkpoints.sleep(Duration.ofSeconds(11));
        assertEquals(ErrorType.CIRCUIT_OPEN, failure(broken));
        Checkpoints.sleep(Duration.ofMillis(1_001));
        callTimes(1, broken);
        assertState(BreakerState.HALF_OPEN);
    }

    @StructuredTest
    void trial_that_is_stopped_may_be_made_again() throws Exception {
        Downstream broken = broken(
                n -> n <= 10
                        ? ScriptedLeaf.status(500)
                        : n <= 14 ? ScriptedLeaf.hangs() : ScriptedLeaf.status(200));
        callTimes(10, broken);
        Checkpoints.sleep(Duration.ofMillis(5_001));
        for (int i = 0; i < 4; i++) {
            Nursery.run(nursery -> {
                nursery.startSoon("stops", () -> nursery.scope().cancel());
                broken.call(CALL);
            });
        }
        assertState(BreakerState.HALF_OPEN);
        callTimes(2, broken);
        assertState(BreakerState.CLOSED);
    }

    @StructuredTest
    void call_from_before_it_opened_is_no_trial() throws Exception {
        Downstream broken = broken(n -> n == 1
                ? ScriptedLeaf.failsAfter(6_000, ErrorType.RESET)
                : n <= 12 ? ScriptedLeaf.status(500) : ScriptedLeaf.status(200));
        Nursery.run(nursery -> {
            nursery.startSoon("old", () -> callTimes(1, broken));
            Checkpoints.sleep(Duration.ofMillis(1));
            callTimes(10, broken);
            Checkpoints.sleep(Duration.ofMillis(5_500));
            assertState(BreakerState.OPEN);
        });
        Checkpoints.sleep(Duration.ofSeconds(1));
        callTimes(1, broken); // 500: the one failure of two trials
        assertState(BreakerState.HALF_OPEN);
    }

    @Test
    void no_trial_is_lost_under_any_schedule() {
        Simulation.check(200, simulation -> {
            DownstreamState fresh = DownstreamState.of(CONFIG);
            Downstream downstream = DownstreamStack.around(
                    new ScriptedLeaf(
                            n -> n <= 10 ? ScriptedLeaf.status(500) : ScriptedLeaf.after(n % 3, 200)),
                    CONFIG,
                    fresh,
                    GuardObserver.NONE);
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> {
                callTimes(10, downstream);
                Checkpoints.sleep(Duration.ofMillis(5_001));
                Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) nursery.startSoon("caller", () -> callTimes(1, downstream));
                    nursery.startSoon("cancelled", () -> scope.run(() -> callTimes(1, downstream)));
                });
                callTimes(2, downstream);
                assertEquals(BreakerState.CLOSED, fresh.breakerState());
            });
        });
    }
}
