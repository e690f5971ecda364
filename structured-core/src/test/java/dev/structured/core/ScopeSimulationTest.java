package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Scopes that are cancelled, shielded and given other deadlines by others at any moment, in a thousand
/// different orders each. One thread runs at a time, so the tests' own state needs no locks. The labels J2
/// and J10 are those of the design.
class ScopeSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void outermost_visible_cancelled_scope_absorbs() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope middle = new CancelScope("middle");
            CancelScope inner = new CancelScope("inner");
            for (CancelScope scope : List.of(outer, middle, inner)) simulation.cancelAnywhere(scope);
            boolean[] outside = {false, false};
            simulation.run(() -> outer.run(() -> {
                middle.run(() -> {
                    ScopeResult<String> result = inner.call(() -> {
                        try {
                            Checkpoints.sleepForever();
                            return "never";
                        } finally {
                            outside[0] = outer.isCancelled() || middle.isCancelled();
                            outside[1] = outer.isCancelled();
                        }
                    });
                    assertTrue(result.isCancelled());
                    assertTrue(inner.absorbedCancellation() && inner.isCancelled());
                    assertFalse(outside[0], "absorbed what was meant for a scope further out");
                    Checkpoints.sleepForever();
                });
                assertTrue(middle.absorbedCancellation() && middle.isCancelled());
                assertFalse(outside[1], "absorbed what was meant for the outermost");
                Checkpoints.sleepForever();
            }));
            assertTrue(outer.absorbedCancellation() && outer.isCancelled());
        });
    }

    @Test
    void first_reason_wins_and_stays() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner");
            simulation.thread("one", () -> inner.cancel("one"));
            simulation.thread("two", () -> inner.cancel("two"));
            simulation.thread("outside", () -> outer.cancel("outside"));
            CancelReason[] seen = {null};
            simulation.run(() -> outer.run(() -> inner.run(() -> {
                try {
                    Checkpoints.sleepForever();
                } catch (Cancelled e) {
                    seen[0] = e.reason();
                    throw e;
                }
            })));
            assertNotNull(seen[0]);
            CancelReason mine = inner.absorbedCancellation() ? inner.reason() : outer.reason();
            if (inner.absorbedCancellation()) assertSame(mine, seen[0]);
            assertTrue(List.of("one", "two", "outside").contains(seen[0].text()));
        });
    }

    @Test
    void j2_deadline_explicit_cancel_and_value_have_one_winner() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] woken = {0};
            CancelScope[] current = {null};
            simulation.thread("waker", () -> woken[0] = lot.unpark(1));
            simulation.thread("canceller", () -> {
                if (current[0] != null) current[0].cancel();
            });
            String outcome = simulation.scheduler().call("main", () -> {
                try {
                    return Timeouts.<String, RuntimeException>failAfter(SHORT, () -> {
                        current[0] = Task.current("test").innermost();
                        lot.park();
                        return "value";
                    });
                } catch (TooSlowException e) {
                    return "DEADLINE";
                } catch (ScopeCancelledException e) {
                    return e.reason().source().name();
                }
            });
            simulation.joinThreads();
            assertEquals(woken[0] == 1, outcome.equals("value"), outcome);
            if (!outcome.equals("value")) assertEquals(outcome, current[0].reason().source().name());
            assertEquals(0, lot.statistics().waiting());
        });
    }

    @Test
    void deadline_moved_by_others_while_active_is_kept_and_leaves_nothing() {
        check(simulation -> {
            CancelScope scope = new CancelScope().withTimeout(SHORT);
            Scheduler scheduler = simulation.scheduler();
            int[] moving = {2};
            simulation.thread("extender", () -> {
                scope.setDeadline(scheduler.deadlineAfter(Duration.ofMillis(50)));
                moving[0]--;
            });
            simulation.thread("remover", () -> {
                scope.setDeadline(Deadline.NEVER);
                moving[0]--;
            });
            simulation.thread("shortener", () -> {
                scope.setTimeout(Duration.ofMillis(1));
                while (moving[0] > 0)
                    simulation.point("shortener waits");
                scope.setTimeout(Duration.ZERO);
            });
            simulation.run(() -> {
                scope.run(Checkpoints::sleepForever);
                assertEquals(CancelReason.Source.DEADLINE, scope.reason().source());
                assertTrue((scope.tooSlow() != null));
            });
        });
    }

    @Test
    void j10_shield_toggled_by_others_while_a_wait_begins_loses_no_cancellation() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = simulation.random().nextBoolean()
                    ? new CancelScope("inner").withShield()
                    : new CancelScope("inner");
            simulation.cancelAnywhere(outer);
            simulation.thread("left", () -> toggle(simulation, inner));
            simulation.thread("right", () -> toggle(simulation, inner));
            simulation.run(() -> outer.run(() -> inner.run(Checkpoints::sleepForever)));
            assertTrue(outer.absorbedCancellation());
            assertFalse(inner.absorbedCancellation());
        });
    }

    @Test
    void j10_shield_toggled_by_others_loses_no_interrupt_and_makes_none_from_outside() {
        check(simulation -> {
            CancelScope outer = new CancelScope("outer");
            CancelScope inner = new CancelScope("inner").withShield();
            simulation.cancelAnywhere(outer);
            simulation.thread("left", () -> toggle(simulation, inner));
            simulation.run(() -> outer.run(() -> {
                inner.run(() -> {
                    for (int i = 0; i < 5; i++) simulation.point("in the shield");
                });
                simulation.foreignSleep();
            }));
            assertTrue(outer.absorbedCancellation());
        });
    }

    private static void toggle(Simulation simulation, CancelScope scope) {
        for (int i = 0; i < 2; i++) {
            scope.setShielded(true);
            simulation.point("shielded");
            scope.setShielded(false);
            simulation.point("unshielded");
        }
    }

    @Test
    void shielded_cleanup_runs_to_its_end() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            boolean[] cleaned = {false, false};
            simulation.run(() -> scope.run(() -> {
                try {
                    cleaned[0] = true;
                    simulation.foreignSleep();
                } finally {
                    new CancelScope("cleanup").withShield().run(() -> {
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield");
                        Checkpoints.checkpoint();
                        assertFalse(Thread.currentThread().isInterrupted(), "flag in a shield, later");
                        Checkpoints.sleep(SHORT);
                        cleaned[1] = true;
                    });
                }
            }));
            assertEquals(cleaned[0], cleaned[1]);
        });
    }
}
