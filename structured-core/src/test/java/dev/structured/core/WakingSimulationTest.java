package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Who is told, and how often: lots that are moved and broken, and scopes that are asked to stop; in a
/// thousand different orders each. One thread runs at a time, so the tests' own state needs no locks.
class WakingSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);
    /// No alarm is set for it.
    private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Nested
    class Lots {
        /// How the waits of some tasks have ended.
        private static final class Ends {
            int woken;
            int broken;
            int cancelled;
            int over;

            int all() {
                return woken + broken + cancelled;
            }
        }

        private static void park(Nursery nursery, ParkingLot lot, CancelScope scope, Ends ends) {
            nursery.startSoon("waiter", () -> {
                try {
                    ScopeResult<Boolean> result = scope.call(() -> {
                        lot.park();
                        ends.woken++;
                        return true;
                    });
                    if (result.isCancelled()) ends.cancelled++;
                } catch (BrokenException e) {
                    ends.broken++;
                }
                ends.over++;
            });
        }

        /// Each wait ends once, in one way, and as many were woken as the wakers were told.
        @Test
        void moved_broken_cancelled_or_woken_but_once() {
            check(simulation -> {
                ParkingLot from = new ParkingLot("from");
                ParkingLot to = new ParkingLot("to");
                Ends ends = new Ends();
                int[] woken = {0};
                int moves = 1 + simulation.random().nextInt(3);
                boolean breaks = simulation.random().nextInt(3) == 0;
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) {
                        CancelScope scope = new CancelScope();
                        if (i > 0) simulation.cancelAnywhere(scope);
                        park(nursery, from, scope, ends);
                    }
                    nursery.startSoon("mover", () -> {
                        Checkpoints.checkpoint();
                        int moved = from.repark(moves, to);
                        assertTrue(moved <= moves);
                    });
                    nursery.startSoon("waker", () -> {
                        Checkpoints.checkpoint();
                        int count = to.unpark(1);
                        woken[0] += count;
                    });
                    if (breaks) nursery.startSoon("breaker", () -> to.breakLot("broken"));
                    while (ends.over < 3) {
                        Checkpoints.sleep(Duration.ofMillis(1));
                        int count = from.unparkAll();
                        woken[0] += count;
                        int more = to.unparkAll();
                        woken[0] += more;
                    }
                }));
                assertEquals(3, ends.all());
                assertEquals(woken[0], ends.woken);
                if (!breaks) assertEquals(0, ends.broken);
                assertEquals(0, from.statistics().waiting() + to.statistics().waiting());
            });
        }

        @Test
        void moved_waits_keep_their_order_whatever_leaves_meanwhile() {
            check(simulation -> {
                ParkingLot from = new ParkingLot("from");
                ParkingLot to = new ParkingLot("to");
                List<Integer> parked = new ArrayList<>();
                List<Integer> woken = new ArrayList<>();
                List<Integer> gone = new ArrayList<>();
                simulation.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) {
                        int number = i;
                        CancelScope scope = new CancelScope();
                        if (i == 1) simulation.cancelAnywhere(scope);
                        nursery.startSoon("waiter", () -> {
                            ScopeResult<Boolean> result = scope.call(() -> {
                                from.parkIf(() -> parked.add(number));
                                return woken.add(number);
                            });
                            if (result.isCancelled()) gone.add(number);
                        });
                    }
                    while (parked.size() + gone.size() < 2)
                        Checkpoints.sleep(Duration.ofMillis(1));
                    from.repark(3, to);
                    int count = 0;
                    while (woken.size() + gone.size() < 3) {
                        Checkpoints.sleep(Duration.ofMillis(1));
                        count += to.statistics().waiting() > 0 ? to.unpark(1) : from.unpark(1);
                        while (woken.size() < count)
                            Checkpoints.sleep(Duration.ofMillis(1));
                    }
                }));
                parked.removeAll(gone);
                assertEquals(parked, woken);
            });
        }

        @Test
        void two_movers_in_opposite_directions_lose_nobody() {
            check(simulation -> {
                ParkingLot left = new ParkingLot("left");
                ParkingLot right = new ParkingLot("right");
                Ends ends = new Ends();
                int[] woken = {0};
                simulation.run(() -> Nursery.run(nursery -> {
                    for (ParkingLot lot : List.of(left, right)) {
                        CancelScope scope = new CancelScope();
                        simulation.cancelAnywhere(scope);
                        park(nursery, lot, scope, ends);
                        park(nursery, lot, new CancelScope(), ends);
                    }
                    nursery.startSoon("to the right", () -> left.repark(2, right));
                    nursery.startSoon("to the left", () -> right.repark(2, left));
                    while (ends.over < 4) {
                        Checkpoints.sleep(Duration.ofMillis(1));
                        for (ParkingLot lot : List.of(left, right)) {
                            int count = lot.unpark(4);
                            woken[0] += count;
                        }
                    }
                }));
                assertEquals(4, ends.all());
                assertEquals(woken[0], ends.woken);
                assertEquals(0, left.statistics().waiting() + right.statistics().waiting());
            });
        }

        @Test
        void breaker_that_ends_while_it_is_added_breaks_the_lot() {
            check(simulation -> {
                ParkingLot lot = new ParkingLot("lot");
                Ends ends = new Ends();
                CancelScope scope = new CancelScope();
                simulation.cancelAnywhere(scope);
                simulation.run(() -> Nursery.run(nursery -> {
                    Task<?> breaker = nursery.startSoon("breaker", () -> {});
                    park(nursery, lot, scope, ends);
                    nursery.startSoon("adder", () -> lot.addBreaker(breaker));
                }));
                assertEquals(1, ends.broken + ends.cancelled);
                assertEquals(0, ends.woken);
                assertNotNull(lot.statistics().brokenBy());
                assertEquals(0, lot.statistics().waiting());
            });
        }
    }

    @Nested
    class Stops {
        private static void idle() {
            new CancelScope("idle").asIdle().run(Checkpoints::sleepForever);
        }

        @Test
        void idle_scope_never_survives_a_stop_that_it_sees() {
            check(simulation -> {
                CancelScope scope = new CancelScope("asked");
                boolean grace = simulation.random().nextBoolean();
                simulation.thread("stopper", () -> scope.requestStop(grace ? EVER : SHORT));
                int children = simulation.random().nextInt(3);
                simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < children; i++)
                        nursery.startSoon("child", () -> new CancelScope("between").run(Stops::idle));
                    idle();
                    assertTrue(Checkpoints.isStopRequested());
                })));
                if (grace) assertFalse(scope.isCancelled());
            });
        }

        @Test
        void idle_scope_in_a_shield_is_told_when_the_shield_is_lowered() {
            check(simulation -> {
                CancelScope scope = new CancelScope("asked");
                CancelScope shield = new CancelScope("shield").withShield();
                simulation.thread("stopper", () -> scope.requestStop(EVER));
                simulation.thread("mover", () -> {
                    shield.setShielded(false);
                    simulation.point("lowered");
                    shield.setShielded(true);
                    simulation.point("raised");
                    shield.setShielded(false);
                });
                simulation.run(() -> scope.run(() -> shield.run(Stops::idle)));
                assertFalse(scope.isCancelled());
            });
        }

        @Test
        void idle_scope_of_a_task_that_is_being_started_is_told() {
            check(simulation -> {
                CancelScope caller = new CancelScope("caller's");
                CancelScope target = new CancelScope("target's");
                simulation.cancelAnywhere(caller);
                simulation.thread("stopper", () -> target.requestStop(EVER));
                simulation.run(() -> target.run(() -> Nursery.run(nursery -> caller.run(
                        () -> nursery.startUntilReady("child", status -> Nursery.run(inner -> {
                            inner.startSoon("grandchild", () -> {
                                Checkpoints.checkpoint();
                                status.started();
                            });
                            idle();
                        }))))));
                assertFalse(target.isCancelled());
            });
        }

        @Test
        void stop_without_grace_ends_what_runs_and_is_a_shutdown() {
            check(simulation -> {
                CancelScope scope = new CancelScope("asked");
                simulation.thread("stopper", () -> scope.requestStop(Duration.ZERO));
                simulation.run(() -> {
                    scope.run(() -> Nursery.run(nursery -> {
                        nursery.startSoon("child", Checkpoints::sleepForever);
                        nursery.startSoon("idle", Stops::idle);
                    }));
                    assertEquals(CancelReason.Source.SHUTDOWN, scope.requireReason().source());
                });
            });
        }

        /// Nothing may be left among the deadlines, which the simulation itself looks for, and the earliest
        /// end counts.
        @Test
        void several_stops_and_deadlines_against_the_end_of_the_scope() {
            check(simulation -> {
                CancelScope scope = new CancelScope("asked");
                simulation.thread("patient", () -> scope.requestStop(Duration.ofMillis(50)));
                simulation.thread("impatient", () -> scope.requestStop(SHORT));
                simulation.thread("deadline", () -> {
                    if (scope.isActive()) scope.setTimeout(Duration.ofMillis(30));
                });
                boolean sleeps = simulation.random().nextBoolean();
                simulation.run(() -> {
                    scope.run(() -> {
                        Checkpoints.checkpoint();
                        if (sleeps) Checkpoints.sleepForever();
                    });
                    if (sleeps) assertTrue(scope.absorbedCancellation());
                });
            });
        }

        /// As with a deadline, a checkpoint looks at the clock, and does not wait for the alarm.
        @Test
        void grace_that_is_over_is_noticed_at_the_next_checkpoint() {
            check(simulation -> {
                CancelScope scope = new CancelScope("asked");
                simulation.run(() -> scope.run(() -> {
                    scope.requestStop(SHORT);
                    Deadline end = Checkpoints.effectiveDeadline();
                    while (!end.hasPassed()) {
                        new CancelScope().withShield().run(() -> Checkpoints.sleep(Duration.ofMillis(1)));
                    }
                    Checkpoints.checkCancelled();
                    throw new AssertionError("goes on");
                }));
                assertTrue(scope.absorbedCancellation());
            });
        }
    }
}
