package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedDownstreamTest {
    private static final Call CALL = Call.get("/", "/");

    private final Recorded recorded = new Recorded();

    private Downstream limited(Downstream inner, DownstreamState state, int maxQueued) {
        return new LimitedDownstream("shop", inner, state.capacity, maxQueued, recorded);
    }

    private static DownstreamState state(int connections) {
        return DownstreamState.of(Settings.PLAIN.connections(connections, 0).config());
    }

    @StructuredTest
    void no_more_calls_than_permits_run_at_once_and_the_rest_waits(VirtualClock clock) {
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.after(10, 200));
        DownstreamState state = state(2);
        Downstream limited = limited(inner, state, 100);
        Nursery.run(nursery -> {
            for (int i = 0; i < 6; i++) nursery.startSoon("caller", () -> limited.call(CALL));
        });
        assertEquals(6, inner.calls.get());
        assertEquals(2, inner.peak.get());
        assertEquals(Duration.ofMillis(30), clock.now());
        assertIdle(state);
    }

    @StructuredTest
    void caller_beyond_the_queue_is_refused_at_once(VirtualClock clock) {
        DownstreamState state = state(1);
        Downstream limited = limited(new ScriptedLeaf(_ -> ScriptedLeaf.after(10, 200)), state, 1);
        Nursery.run(nursery -> {
            nursery.startSoon("runs", () -> limited.call(CALL));
            clock.settle();
            nursery.startSoon("waits", () -> limited.call(CALL));
            clock.settle();
            DownstreamException refused = assertThrows(DownstreamException.class, () -> limited.call(CALL));
            assertEquals(ErrorType.LIMIT_EXCEEDED, refused.type());
            assertEquals(Duration.ZERO, clock.now());
        });
        assertEquals(List.of("shed queue_full"), recorded.events);
        assertIdle(state);
    }

    @StructuredTest
    void caller_whose_turn_would_come_too_late_is_refused_while_there_is_time_to_say_so(VirtualClock clock)
            throws Exception {
        DownstreamState state = state(1);
        Downstream limited = limited(new ScriptedLeaf(n -> ScriptedLeaf.after(n == 1 ? 20 : 70, 200)), state,
                10);
        limited.call(CALL); // now 20 ms are usual
        Nursery.run(nursery -> {
            nursery.startSoon("runs", () -> limited.call(CALL));
            clock.settle();
            new CancelScope().withTimeout(Duration.ofMillis(90)).run(() -> {
                DownstreamException refused = assertThrows(DownstreamException.class,
                        () -> limited.call(CALL));
                assertEquals(ErrorType.LIMIT_EXCEEDED, refused.type());
            });
            assertEquals(Duration.ofMillis(20 + 50), clock.now(), "when less than twice the usual was left");
            new CancelScope().withTimeout(Duration.ofMillis(30)).run(() -> {
                assertThrows(DownstreamException.class, () -> limited.call(CALL));
            });
            assertEquals(Duration.ofMillis(20 + 50), clock.now(), "at once, as it could be foreseen");
        });
        assertEquals(List.of("shed no_time", "shed no_time"), recorded.events);
        assertIdle(state);
    }

    @StructuredTest
    void waiting_ends_with_a_cancellation(VirtualClock clock) {
        DownstreamState state = state(1);
        ScriptedLeaf inner = new ScriptedLeaf(_ -> ScriptedLeaf.hangs());
        Downstream limited = limited(inner, state, 10);
        CancelScope all = new CancelScope();
        all.run(() -> Nursery.run(nursery -> {
            nursery.startSoon("runs", () -> limited.call(CALL));
            nursery.startSoon("waits", () -> limited.call(CALL));
            clock.settle();
            assertEquals(1, state.waiting());
            all.cancel();
        }));
        assertEquals(1, inner.calls.get());
        assertIdle(state);
    }

    @StructuredTest
    void permit_comes_back_however_a_call_ends() {
        DownstreamState state = state(1);
        Downstream limited = limited(new ScriptedLeaf(n -> switch (n) {
            case 1 -> ScriptedLeaf.fails(ErrorType.RESET);
            case 2 -> () -> {
                throw new IllegalStateException("a bug");
            };
            default -> ScriptedLeaf.hangs();
        }), state, 0);
        assertThrows(DownstreamException.class, () -> limited.call(CALL));
        assertThrows(IllegalStateException.class, () -> limited.call(CALL));
        assertTrue(isStopped(limited));
        assertIdle(state);
    }

    private static boolean isStopped(Downstream hanging) {
        try {
            return Timeouts.moveOnAfter(Duration.ofMillis(5), () -> hanging.call(CALL)).isCancelled();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void permits_are_restored_under_any_schedule_with_cancellations_anywhere() {
        Simulation.check(300, simulation -> {
            DownstreamState state = state(2);
            ScriptedLeaf inner = new ScriptedLeaf(n -> n % 3 == 0
                    ? ScriptedLeaf.failsAfter(2, ErrorType.RESET)
                    : ScriptedLeaf.after(n % 4, 200));
            Downstream limited = limited(inner, state, 3);
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 4; i++) nursery.startSoon("caller", () -> call(limited));
                nursery.startSoon("cancelled", () -> scope.run(() -> call(limited)));
                nursery.startSoon("short of time",
                        () -> new CancelScope().withTimeout(Duration.ofMillis(3)).run(() -> call(limited)));
            }));
            assertTrue(inner.peak.get() <= 2);
            assertIdle(state);
        });
    }

    private static void call(Downstream downstream) throws InterruptedException {
        try {
            downstream.call(CALL);
        } catch (DownstreamException e) {
            Checkpoints.quickCheckpoint(); // scripted, or shed
        }
    }

    private static void assertIdle(DownstreamState state) {
        assertEquals(0, state.capacity.permits.statistics().borrowed());
        assertEquals(0, state.inFlight());
        assertEquals(0, state.waiting());
    }
}
