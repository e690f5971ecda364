package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ParkingLotTest extends KernelTest {
    private final ParkingLot lot = new ParkingLot();
    private final List<String> trail = new CopyOnWriteArrayList<>();

    /// Starts a task that parks, and waits until it has.
    private void park(Nursery nursery, String name) {
        nursery.startSoon(name, () -> {
            lot.park();
            trail.add(name);
        });
        clock.settle();
    }

    private void unparkOne() {
        assertEquals(1, lot.unpark(1));
        clock.settle();
    }

    @Test
    void tasks_are_unparked_in_the_order_in_which_they_came() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c", "d")) park(nursery, name);
            assertEquals(4, lot.statistics().waiting());
            for (int i = 0; i < 4; i++) unparkOne();
            assertEquals(List.of("a", "b", "c", "d"), trail);
            assertEquals(0, lot.statistics().waiting());
        }));
    }

    @Test
    void unpark_wakes_as_many_as_it_is_told_and_says_how_many_there_were() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c", "d", "e")) park(nursery, name);
            assertEquals(0, lot.unpark(0));
            assertEquals(2, lot.unpark(2));
            clock.settle();
            assertEquals(List.of("a", "b"), trail.stream().sorted().toList());
            assertEquals(3, lot.statistics().waiting());
            assertEquals(3, lot.unpark(10));
            assertEquals(0, lot.unpark(1));
            assertEquals(0, lot.unparkAll());
            assertThrows(IllegalArgumentException.class, () -> lot.unpark(-1));
        }));
    }

    @Test
    void unpark_before_a_park_is_not_kept_for_it() {
        scheduler.run("main", () -> {
            assertEquals(0, lot.unpark(1));
            assertTrue(Timeouts.moveOnAfter(seconds(1), lot::park).isCancelled());
        });
    }

    @Test
    void cancelled_waiter_leaves_and_the_unpark_goes_to_the_next() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            List<CancelScope> scopes = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                CancelScope scope = new CancelScope(name);
                scopes.add(scope);
                nursery.startSoon(name, () -> {
                    scope.run(lot::park);
                    trail.add(name + (scope.absorbedCancellation() ? " cancelled" : ""));
                });
                clock.settle();
            }
            for (int i : List.of(0, 2)) { // the first, and one in the middle
                scopes.get(i).cancel();
                clock.settle();
            }
            assertEquals(2, lot.statistics().waiting());
            unparkOne();
            scopes.get(3).cancel(); // the last
            clock.settle();
            assertEquals(0, lot.statistics().waiting());
            assertEquals(0, lot.unpark(1));
            assertEquals(List.of("a cancelled", "c cancelled", "b", "d cancelled"), trail);
        }));
    }

    @Test
    void waiter_that_is_cancelled_and_unparked_in_one_step_does_not_take_the_unpark_with_it() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            nursery.startSoon("gone", () -> scope.run(() -> {
                lot.park();
                trail.add("gone was unparked");
            }));
            clock.settle();
            park(nursery, "next");
            scope.cancel();
            assertEquals(1, lot.unpark(1));
            clock.settle();
            assertEquals(List.of("next"), trail);
        }));
    }

    @Test
    void s87_waiter_that_was_unparked_before_it_was_cancelled_goes_on() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            Nursery.run(nursery -> {
                nursery.startSoon("chosen", () -> scope.run(() -> {
                    lot.park();
                    trail.add("unparked");
                    RealTest.spinUntil(() -> scope.reason() != null);
                    Checkpoints.checkpoint();
                    trail.add("not reached");
                }));
                clock.settle();
                assertEquals(1, lot.unpark(1));
                scope.cancel();
            });
            assertFlags(scope, true, true);
        });
        assertEquals(List.of("unparked"), trail);
    }

    /// What a canceller on another thread may hit: the task has been asked for checkpoints, and does not wait
    /// yet.
    @Test
    void cancellation_between_the_look_at_the_condition_and_the_wait_is_not_missed() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> lot.parkIf(() -> {
                scope.cancel();
                return true;
            }));
            assertFlags(scope, true, true);
        });
        assertEquals(0, lot.statistics().waiting());
    }

    @Test
    void park_in_a_cancelled_scope_throws_and_leaves_nothing() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                assertThrows(Cancelled.class, lot::park);
                assertThrows(Cancelled.class, () -> lot.parkIf(() -> trail.add("asked")));
            });
        });
        assertEquals(0, lot.statistics().waiting());
        assertEquals(List.of(), trail);
    }

    @Test
    void condition_that_does_not_hold_does_not_park() {
        scheduler.run("main", () -> {
            assertFalse(lot.parkIf(() -> false));
            assertThrows(IllegalArgumentException.class, () -> lot.parkIf(() -> {
                throw new IllegalArgumentException("E");
            }));
            assertEquals(0, lot.statistics().waiting());
            Nursery.run(nursery -> {
                nursery.startSoon("waker", () -> {
                    sleep(1);
                    lot.unpark(1);
                });
                assertTrue(lot.parkIf(() -> true));
            });
            assertEquals(1, time());
        });
    }

    @Test
    void unpark_all_does_not_wake_newcomers() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            for (int i = 0; i < 5; i++) {
                nursery.startSoon("regular" + i, () -> {
                    lot.park();
                    trail.add("woken");
                    lot.park(); // comes again while the others are still being woken
                    trail.add("woken again");
                });
            }
            clock.settle();
            assertEquals(5, lot.unparkAll());
            clock.settle();
            assertEquals(List.of("woken", "woken", "woken", "woken", "woken"), trail);
            assertEquals(5, lot.statistics().waiting());
            nursery.scope().cancel();
        }));
        assertEquals(0, lot.statistics().waiting());
    }
}
