package dev.structured.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// The simulation itself: that it repeats, finds and shrinks what it should.
class SimulationTest {
    /* --- Planted races, each with a twin that is right --- */

    /// Two tasks add one to a number, by looking and then writing.
    private static Action<Simulation, ?> counter(boolean planted) {
        return simulation -> {
            int[] count = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                for (String name : new String[]{"left", "right"}) {
                    nursery.startSoon(name, () -> {
                        int seen = count[0];
                        if (planted) simulation.point("between");
                        count[0] = seen + 1;
                        simulation.point("after");
                    });
                }
            }));
            assertEquals(2, count[0]);
        };
    }

    /// An event over a lot, by looking at its flag outside the lot's lock; or inside it.
    private static Action<Simulation, ?> event(boolean planted) {
        return simulation -> {
            boolean[] set = {false};
            ParkingLot lot = new ParkingLot();
            simulation.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("waiter", () -> {
                    if (planted) {
                        if (!set[0]) lot.park();
                    } else {
                        lot.parkIf(() -> !set[0]);
                    }
                });
                nursery.startSoon("setter", () -> {
                    checkpoints(5);
                    set[0] = true;
                    lot.unparkAll();
                });
                for (int i = 0; i < 3; i++) nursery.startSoon("busy", () -> checkpoints(5));
            }));
        };
    }

    /// Moves an item in two steps, with a checkpoint between them at which a cancellation loses it; or in a
    /// shield.
    private static Action<Simulation, ?> move(boolean planted) {
        return simulation -> {
            int[] items = {1, 0};
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> {
                checkpoints(5);
                (!planted ? new CancelScope().withShield() : new CancelScope()).run(() -> {
                    items[0]--;
                    Checkpoints.checkpoint();
                    items[1]++;
                });
                checkpoints(5);
            }));
            assertEquals(1, items[0] + items[1]);
        };
    }

    /// The same by a deadline, which comes early: the program takes no time.
    private static Action<Simulation, ?> moveInTime(boolean planted) {
        return simulation -> {
            int[] items = {1, 0};
            simulation.run(() -> Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
                checkpoints(5);
                (!planted ? new CancelScope().withShield() : new CancelScope()).run(() -> {
                    items[0]--;
                    Checkpoints.checkpoint();
                    items[1]++;
                });
                checkpoints(5);
            }));
            assertEquals(1, items[0] + items[1]);
        };
    }

    /// A task that has to stay where it is for as long as six others take over 240 steps: what PCT is for.
    private static Action<Simulation, ?> starvation(boolean planted) {
        return simulation -> {
            boolean[] set = {false};
            int[] busy = {6};
            ParkingLot lot = new ParkingLot();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < 6; i++) {
                    nursery.startSoon("busy", () -> {
                        checkpoints(40);
                        if (--busy[0] > 0) return;
                        set[0] = true;
                        lot.unparkAll();
                    });
                }
                nursery.startSoon("waiter", () -> {
                    if (!planted) lot.parkIf(() -> !set[0]);
                    else if (!set[0]) lot.park();
                });
            }));
        };
    }

    private static void checkpoints(int count) {
        for (int i = 0; i < count; i++) Checkpoints.checkpoint();
    }

    /// Whatever the seeds of the other tests are: how soon it is found is part of what is tested.
    private static SimulationFailedError find(int seeds, Action<Simulation, ?> body) {
        SimulationFailedError[] found = {null};
        with("simulation.factor", "1", () -> found[0] = assertThrows(SimulationFailedError.class,
                () -> Simulation.check(seeds, body)));
        return found[0];
    }

    @Test
    void planted_races_are_found_and_shrunk_and_their_twins_pass() {
        // Seeds: some five times the median that record 0015 has. Switches: the fewest with which the race
        // happens.
        assertFoundAndShrunk(SimulationTest::counter, 50, 1);
        assertFoundAndShrunk(SimulationTest::event, 200, 1);
        assertFoundAndShrunk(SimulationTest::move, 150, 1);
        assertFoundAndShrunk(SimulationTest::moveInTime, 250, 1);
    }

    @Test
    void race_that_needs_a_thread_to_starve_is_found() {
        SimulationFailedError failure = find(5_000, starvation(true));
        assertTrue(failure.switches() < failure.switchesBefore(), failure.getMessage());
        Simulation.check(200, starvation(false));
    }

    private interface Race {
        Action<Simulation, ?> body(boolean planted);
    }

    private static void assertFoundAndShrunk(Race race, int seeds, int switches) {
        SimulationFailedError failure = find(seeds, race.body(true));
        assertTrue(failure.switches() <= switches, failure.getMessage());
        assertTrue(failure.seed() >= failure.seeds() - 1, failure.getMessage());
        Simulation.check(1_000, race.body(false));
    }

    /* --- Repeating --- */

    @Test
    void same_seed_gives_the_same_trace() {
        Action<Simulation, ?> body = busy();
        for (int seed = 0; seed < 300; seed++) {
            assertEquals(Simulation.replay(seed, body), Simulation.replay(seed, body), "seed " + seed);
        }
    }

    @Test
    void different_seeds_give_different_orders() {
        SimulationReport report = Simulation.check(1_000, busy());
        assertTrue(report.schedules() > 950 * report.seeds() / 1_000, report.toString());
        assertTrue(report.decisions() > 50 * report.seeds(), report.toString());
        assertTrue(report.switches() > 0, report.toString());
    }

    /// Some of everything: deadlines, foreign threads and code, interrupts, random numbers.
    private static Action<Simulation, ?> busy() {
        return simulation -> {
            CancelScope scope = new CancelScope();
            simulation.cancelAnywhere(scope);
            simulation.interruptAnywhere(Thread.currentThread());
            try {
                simulation.run(() -> scope.run(() -> Nursery.run(nursery -> {
                    for (int i = 0; i < 3; i++) {
                        nursery.startSoon("child", () -> {
                            checkpoints(simulation.random().nextInt(5));
                            Checkpoints.sleep(Duration.ofMillis(5));
                        });
                    }
                    nursery.startSoon("foreign", () -> Timeouts.moveOnAfter(Duration.ofMillis(3), () -> {
                        simulation.foreignWait();
                        simulation.foreignSleep();
                    }));
                })));
            } catch (ScopeCancelledException e) {
                assertEquals(CancelReason.Source.INTERRUPTED, e.reason().source());
            }
            simulation.trace("ended, interrupted: " + Thread.interrupted());
        };
    }

    @Test
    void failure_is_replayed_by_its_seed_and_by_its_shrunk_schedule() {
        SimulationFailedError found = find(100, counter(true));
        SimulationFailedError again = assertThrows(SimulationFailedError.class,
                () -> Simulation.replay(found.seed(), counter(true)));
        SimulationFailedError shrunk = assertThrows(SimulationFailedError.class,
                () -> Simulation.replay(found.schedule(), counter(true)));
        assertEquals(found.switchesBefore(), again.switches());
        assertEquals(found.trace(), shrunk.trace());
        assertNotEquals(again.trace(), shrunk.trace());
        assertInstanceOf(AssertionError.class, found.getCause());
        assertTrue(found.getMessage().contains("Simulation.replay(\"" + found.schedule() + "\", body)"),
                found.getMessage());
        assertTrue(found.getMessage().contains("Simulation.replay(" + found.seed() + "L, body)"),
                found.getMessage());
        assertTrue(found.trace().contains("between"), found.trace());
    }

    @Test
    void schedule_that_is_none_is_refused() {
        for (String text : List.of("", "5", "5:1", "@", "5@1", "five@1:1", "5@1:-1", "5@1:0", "5@0:1",
                "5@1:1,",
                "5@3:1,3:1", "5L@1:1")) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> Simulation.replay(text, counter(false)), text).getMessage();
            assertEquals("Not a schedule of a SimulationFailedError: " + text, message);
        }
    }

    /// Code under test may throw, and wait for, objects that fail when they are asked.
    private static final class CannotTell extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new LinkageError("no message");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new LinkageError("no cause");
        }
    }

    @Test
    void failure_that_cannot_tell_what_it_is_is_still_found_with_its_schedule() {
        SimulationFailedError found = find(1, simulation -> simulation.run(() -> Nursery.run(
                nursery -> nursery.startSoon("child", () -> {
                    throw new CannotTell();
                }))));
        assertEquals("0@", found.schedule());
        SimulationFailedError bare = find(1, _ -> {
            throw new CannotTell();
        });
        assertTrue(bare.getMessage().contains(CannotTell.class.getName()), bare.getMessage());
        SimulationFailedError waits = find(1,
                simulation -> simulation.run(() -> new ParkingLot(new CannotTell()).park()));
        assertTrue(waits.getMessage().contains("deadlock"), waits.getMessage());
    }

    @Test
    void simulation_without_a_seed_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Simulation.check(0, _ -> {}));
        assertThrows(IllegalArgumentException.class, () -> Simulation.check(-1, _ -> {}));
        with("simulation.factor", "0",
                () -> assertThrows(IllegalArgumentException.class, () -> Simulation.check(1, _ -> {})));
    }

    @Test
    void properties_multiply_the_seeds_and_choose_the_first() {
        long before = Simulation.check(7, counter(false)).seeds();
        with("simulation.factor", "3", () -> assertEquals(21,
                Simulation.check(7, counter(false)).seeds()));
        assertEquals(before, Simulation.check(7, counter(false)).seeds());
        with("simulation.first", "500", () -> assertTrue(find(200, counter(true)).seed() >= 500));
    }

    private static void with(String property, String value, Runnable action) {
        String before = System.getProperty(property);
        System.setProperty(property, value);
        try {
            action.run();
        } finally {
            if (before == null) System.clearProperty(property);
            else
                System.setProperty(property, before);
        }
    }

    /* --- Finding --- */

    @Test
    void deadlock_is_found_and_says_who_waits_for_what() {
        SimulationFailedError failure = find(10,
                simulation -> simulation.run(() -> Nursery.run("hall", nursery -> {
                    nursery.startSoon("patient", () -> new ParkingLot().park());
                    new ParkingLot().park();
                })));
        String words = failure.getMessage();
        assertTrue(words.contains("deadlock"), words);
        assertTrue(words.contains("'main/patient' waits for a parking lot"), words);
        assertTrue(words.contains("'main' waits for a parking lot"), words);
        assertEquals(0, failure.switches());
    }

    @Test
    void live_lock_is_found() {
        with("simulation.decisions", "1000", () -> {
            SimulationFailedError failure = find(10, simulation -> {
                while (true)
                    simulation.point("again");
            });
            assertTrue(failure.getMessage().contains("live lock"), failure.getMessage());
        });
    }

    @Test
    void what_is_left_behind_is_found() {
        SimulationFailedError flag = find(1, simulation -> Thread.currentThread().interrupt());
        assertTrue(flag.getMessage().contains("interrupt flag"), flag.getMessage());
        SimulationFailedError deadline = find(1, simulation -> {
            simulation.platform().alarm(() -> {}).set(5);
        });
        assertTrue(deadline.getMessage().contains("deadlines"), deadline.getMessage());
    }

    @Test
    void what_a_foreign_thread_throws_is_found() {
        SimulationFailedError failure = find(1, simulation -> simulation.thread("foreign", () -> {
            throw new IllegalStateException("oops");
        }));
        assertEquals("oops", failure.getCause().getMessage());
    }

    @Test
    void thread_that_blocks_for_real_is_found_and_ended() {
        Thread[] blocked = {null};
        with("simulation.guard", "50", () -> {
            SimulationFailedError failure = find(1, simulation -> simulation.thread("stuck", () -> {
                blocked[0] = Thread.currentThread();
                while (!Thread.currentThread().isInterrupted())
                    LockSupport.park();
            }));
            assertTrue(failure.getMessage().contains("real blocking"), failure.getMessage());
            assertTrue(failure.getMessage().contains("LockSupport.park"), failure.getMessage());
        });
        assertTrue(joined(blocked[0]));
    }

    @Test
    void thread_that_blocks_for_real_and_heeds_no_interrupt_is_left_behind() {
        boolean[] release = {false};
        with("simulation.guard", "50", () -> {
            SimulationFailedError failure = find(1, simulation -> {
                while (!isSet(release))
                    giveWay();
            });
            assertTrue(failure.getCause().getSuppressed()[0].getMessage().contains("left behind"));
        });
        synchronized (release) {
            release[0] = true;
        }
    }

    private static boolean isSet(boolean[] flag) {
        synchronized (flag) {
            return flag[0];
        }
    }

    @SuppressWarnings("ThreadPriorityCheck")
    private static void giveWay() {
        Thread.yield();
    }

    @Test
    void threads_of_a_simulation_that_has_failed_unwind() {
        Thread[] threads = {null, null, null};
        boolean[] unwound = {false, false};
        find(1, simulation -> {
            threads[0] = Thread.currentThread();
            simulation.thread("waiter", () -> {
                threads[1] = Thread.currentThread();
                try {
                    simulation.run(() -> new ParkingLot().park());
                } finally {
                    unwound[0] = true;
                }
            });
            try {
                simulation.platform().park("for ever");
            } finally {
                unwound[1] = true;
            }
        });
        assertTrue(unwound[0] && unwound[1]);
        assertTrue(joined(threads[0]) && joined(threads[1]));
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
