package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// Lots that are broken, and waits that are moved from one lot to another. See also scenario 99.
class BrokenLotTest extends KernelTest {
    private final ParkingLot lot = new ParkingLot("the bus");
    private final List<String> trail = new CopyOnWriteArrayList<>();

    private void parkIn(ParkingLot where, Nursery nursery, String name) {
        nursery.startSoon(name, () -> {
            try {
                where.park();
                trail.add(name + " goes on");
            } catch (BrokenException e) {
                trail.add(name + ": " + e.getMessage());
            }
        });
        clock.settle();
    }

    @Test
    void breaker_that_was_removed_breaks_nothing() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            Task<?> breaker = nursery.startSoon("breaker", () -> sleep(1));
            ParkingLot other = new ParkingLot();
            lot.addBreaker(breaker);
            other.addBreaker(breaker);
            lot.removeBreaker(breaker);
            sleep(2);
            assertEquals(new ParkingLot.Statistics(0, null), lot.statistics());
            assertThrows(BrokenException.class, other::park);
        }));
    }

    @Test
    void first_reason_for_breaking_stays() {
        scheduler.run("main", () -> {
            lot.breakLot("it was sold");
            lot.breakLot("it was scrapped");
            assertEquals("Waiting for the bus is in vain: it was sold",
                    assertThrows(BrokenException.class, lot::park).getMessage());
            assertFalse(lot.parkIf(() -> false), "nothing to wait for, nothing to be told");
            assertEquals(0, lot.unpark(1));
        });
    }

    @Test
    void cancelled_caller_of_a_broken_lot_is_told_of_its_cancellation() {
        scheduler.run("main", () -> {
            lot.breakLot("it was sold");
            CancelScope scope = new CancelScope();
            scope.cancel();
            assertTrue(scope.call(() -> {
                lot.park();
                return "parked";
            }).isCancelled());
        });
    }

    @Test
    void waits_are_moved_in_their_order_to_the_end_of_the_other_lot() {
        ParkingLot other = new ParkingLot();
        scheduler.run("main", () -> Nursery.run(nursery -> {
            parkIn(other, nursery, "x");
            for (String name : List.of("a", "b", "c")) parkIn(lot, nursery, name);
            assertEquals(2, lot.repark(2, other));
            assertEquals(1, lot.statistics().waiting());
            assertEquals(3, other.statistics().waiting());
            assertEquals(List.of(), trail);
            for (int i = 0; i < 3; i++) {
                assertEquals(1, other.unpark(1));
                clock.settle();
            }
            assertEquals(List.of("x goes on", "a goes on", "b goes on"), trail);
            assertEquals(1, lot.repark(5, other));
            assertEquals(0, lot.repark(1, other));
            assertEquals(1, other.unparkAll());
            assertThrows(IllegalArgumentException.class, () -> lot.repark(-1, other));
            assertThrows(IllegalArgumentException.class, () -> lot.repark(1, lot));
        }));
    }

    @Test
    void cancelled_wait_leaves_the_lot_that_it_was_moved_to() {
        ParkingLot other = new ParkingLot();
        scheduler.run("main", () -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            nursery.startSoon("cancelled", () -> scope.run(lot::park));
            clock.settle();
            parkIn(lot, nursery, "b");
            lot.repark(2, other);
            scope.cancel();
            clock.settle();
            assertEquals(1, other.statistics().waiting());
            assertEquals(0, lot.statistics().waiting());
            other.unpark(1);
            clock.settle();
            assertEquals(List.of("b goes on"), trail);
        }));
    }

    @Test
    void wait_that_is_moved_to_a_broken_lot_is_told() {
        ParkingLot broken = new ParkingLot("the train");
        broken.breakLot("no rails");
        scheduler.run("main", () -> Nursery.run(nursery -> {
            parkIn(lot, nursery, "a");
            assertEquals(1, lot.repark(1, broken));
            clock.settle();
            assertEquals(List.of("a: Waiting for the train is in vain: no rails"), trail);
        }));
    }

    /// Real threads: waits are moved to and fro, cancelled and unparked at once, and each ends in exactly one
    /// way.
    @Test
    void moved_waits_are_neither_lost_nor_woken_twice() {
        try (Scheduler real = Scheduler.open()) {
            for (int round = 0; round < 300; round++) {
                ParkingLot one = new ParkingLot();
                ParkingLot two = new ParkingLot();
                int tasks = 8;
                List<CancelScope> scopes = new ArrayList<>();
                var woken = new java.util.concurrent.atomic.AtomicInteger();
                int[] unparked = {0};
                real.run("round", () -> Nursery.run(nursery -> {
                    for (int i = 0; i < tasks; i++) {
                        CancelScope scope = new CancelScope();
                        scopes.add(scope);
                        nursery.startSoon("waiter", () -> scope.run(() -> {
                            one.park();
                            woken.incrementAndGet();
                        }));
                    }
                    nursery.startSoon("mover", () -> {
                        for (int i = 0; i < 20; i++) {
                            one.repark(2, two);
                            Checkpoints.yieldNow();
                            two.repark(1, one);
                        }
                    });
                    nursery.startSoon("canceller", () -> {
                        for (int i = 0; i < tasks; i += 2) {
                            Checkpoints.yieldNow();
                            scopes.get(i).cancel();
                        }
                    });
                    nursery.startSoon("waker", () -> {
                        for (int i = 0; i < 4; i++) {
                            Checkpoints.yieldNow();
                            unparked[0] += one.unpark(1) + two.unpark(1);
                        }
                    });
                    Checkpoints.sleep(java.time.Duration.ofMillis(1));
                    for (CancelScope scope : scopes) scope.cancel();
                }));
                assertEquals(unparked[0], woken.get());
                assertEquals(0, one.statistics().waiting());
                assertEquals(0, two.statistics().waiting());
            }
        }
    }
}
