package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Waits against cancellations and each other: tasks that await tasks, parking lots, sleeps; in a thousand
/// different orders each. One thread runs at a time, so the tests' own state needs no locks. The label J1 is
/// that of the design.
class WaitSimulationTest {
    @Test
    void j1_await_gives_the_value_or_is_cancelled_and_never_hangs() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> Nursery.run(nursery -> {
                Task<Integer> child = nursery.startSoon("child", () -> {
                    Checkpoints.checkpoint();
                    return 7;
                });
                Task<Integer> other = nursery.startSoon("other", () -> child.await());
                ScopeResult<Integer> result = scope.call(child::await);
                if (result.isCancelled()) assertTrue(scope.isCancelled());
                else
                    assertEquals(7, result.orElseThrow());
                assertEquals(7, child.await());
                assertEquals(7, other.await());
            }));
        });
    }

    @Test
    void j1_unparks_are_conserved_among_waiters_that_are_cancelled() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] arrived = {0};
            int[] woken = {0};
            int[] waiters = {3};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope scope = new CancelScope();
                    if (i > 0) simulation.cancelAnywhere(scope);
                    nursery.startSoon("waiter", () -> {
                        scope.run(() -> {
                            lot.park();
                            arrived[0]++;
                        });
                        waiters[0]--;
                    });
                }
                nursery.startSoon("waker", () -> {
                    for (int i = 0; i < 2; i++) {
                        Checkpoints.checkpoint();
                        int count = lot.unpark(1); // others run meanwhile: no += here
                        woken[0] += count;
                    }
                });
                while (waiters[0] > 0) {
                    Checkpoints.checkpoint();
                    if (simulation.random().nextInt(10) > 0) continue;
                    int count = lot.unparkAll();
                    woken[0] += count;
                }
            }));
            assertEquals(woken[0], arrived[0]);
            assertEquals(0, lot.statistics().waiting());
        });
    }

    /// The rule for primitives made of a lot: change the state, then unpark; look at it under the lot's lock.
    @Test
    void event_over_a_lot_wakes_everybody() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            boolean[] set = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) nursery.startSoon("waiter", () -> {
                    lot.parkIf(() -> !set[0]);
                    assertTrue(set[0]);
                });
                nursery.startSoon("setter", () -> {
                    set[0] = true;
                    lot.unparkAll();
                });
            }));
        });
    }

    /// Hands a unit over to one waiter: it is never lost with one that is cancelled.
    @Test
    void unit_handed_over_by_unpark_is_not_lost_with_a_cancelled_waiter() {
        check(simulation -> {
            ParkingLot lot = new ParkingLot();
            int[] units = {1};
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    CancelScope scope = new CancelScope();
                    simulation.cancelAnywhere(scope);
                    nursery.startSoon("user", () -> scope.run(() -> {
                        if (!lot.parkIf(() -> units[0] == 0)) units[0]--;
                        try {
                            Checkpoints.checkpoint();
                        } finally {
                            release(lot, units);
                        }
                    }));
                }
            }));
            assertEquals(1, units[0]);
        });
    }

    /// Correct only because nothing comes between the two lines: neither is a decision point.
    private static void release(ParkingLot lot, int[] units) {
        units[0]++;
        if (lot.statistics().waiting() > 0 && units[0] > 0) {
            units[0]--;
            if (lot.unpark(1) == 0) release(lot, units);
        }
    }

    @Test
    void sleep_is_never_shorter_than_asked_for() {
        check(simulation -> simulation.run(() -> Nursery.run(nursery -> {
            for (int i = 1; i <= 3; i++) {
                Duration nap = Duration.ofMillis(i);
                nursery.startSoon("sleeper", () -> {
                    long before = simulation.scheduler().nanoTime();
                    Checkpoints.sleep(nap);
                    assertTrue(simulation.scheduler().nanoTime() - before >= nap.toNanos());
                });
            }
        })));
    }
}
