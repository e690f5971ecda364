package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What goes on beside the root of a run, and around its end: posts, system tasks, deadlocks, cleanups; in a
/// thousand different orders each. One thread runs at a time, so the tests' own state needs no locks.
class RunSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);
    /// No alarm is set for it.
    private static final Duration EVER = Duration.ofSeconds(Long.MAX_VALUE);

    @Nested
    class Posts {
        @Test
        void every_post_that_was_accepted_runs_once_and_in_order() {
            check(simulation -> {
                List<Integer> accepted = new ArrayList<>();
                List<Integer> ran = new ArrayList<>();
                RunEntry[] entry = {null};
                boolean[] over = {false};
                simulation.thread("outside", () -> {
                    for (int i = 0; i < 4; i++) {
                        RunEntry open = entry[0];
                        simulation.point("before a post");
                        if (open == null) continue;
                        int number = i;
                        try {
                            open.post(() -> {
                                assertFalse(over[0], "ran after its run");
                                ran.add(number);
                                simulation.point("in a post");
                            });
                            accepted.add(number);
                        } catch (RunFinishedException e) {
                            assertTrue(e.getMessage().contains("main"), e.getMessage());
                        }
                    }
                });
                simulation.run(() -> {
                    entry[0] = RunEntry.open();
                    Checkpoints.checkpoint();
                    if (simulation.random().nextBoolean()) Checkpoints.sleep(SHORT);
                });
                over[0] = true;
                simulation.joinThreads();
                assertEquals(accepted, ran);
            });
        }

        @Test
        void posts_of_two_threads_keep_the_order_of_each() {
            check(simulation -> {
                List<String> ran = new ArrayList<>();
                RunEntry[] entry = {null};
                int[] accepted = {0};
                for (String name : List.of("a", "b")) simulation.thread(name, () -> {
                    for (int i = 0; i < 3; i++) {
                        RunEntry open = entry[0];
                        if (open == null) return;
                        String label = name + i;
                        try {
                            open.post(() -> ran.add(label));
                            accepted[0]++;
                        } catch (RunFinishedException e) {
                            return;
                        }
                    }
                });
                simulation.run(() -> {
                    entry[0] = RunEntry.open();
                    Checkpoints.sleep(SHORT);
                });
                simulation.joinThreads();
                assertEquals(accepted[0], ran.size());
                for (String name : List.of("a", "b")) {
                    List<String> mine = ran.stream().filter(label -> label.startsWith(name)).toList();
                    List<String> sorted = new ArrayList<>(mine);
                    Collections.sort(sorted);
                    assertEquals(sorted, mine);
                }
            });
        }

        @Test
        void equal_posts_are_one_until_it_has_begun() {
            check(simulation -> {
                int[] state = {0};
                int[] seen = {-1};
                int[] last = {0};
                int[] accepted = {0};
                int[] ran = {0};
                RunEntry[] entry = {null};
                simulation.thread("outside", () -> {
                    for (int i = 1; i <= 4; i++) {
                        RunEntry open = entry[0];
                        simulation.point("before a post");
                        if (open == null) return;
                        state[0] = i;
                        try {
                            if (open.postOnce("key", () -> {
                                ran[0]++;
                                seen[0] = state[0];
                            })) accepted[0]++;
                            last[0] = i;
                        } catch (RunFinishedException e) {
                            return;
                        }
                    }
                });
                simulation.run(() -> {
                    entry[0] = RunEntry.open();
                    Checkpoints.sleep(SHORT);
                });
                simulation.joinThreads();
                assertEquals(accepted[0], ran[0]);
                if (ran[0] > 0)
                    assertTrue(seen[0] >= last[0], "a post that was left out came too late for it");
            });
        }

        @Test
        void first_entries_of_two_tasks_are_to_one_queue() {
            check(simulation -> {
                int[] ran = {0};
                simulation.run(() -> Nursery.run(nursery -> {
                    for (String name : List.of("left", "right")) {
                        nursery.startSoon(name, () -> {
                            try (RunEntry entry = RunEntry.open()) {
                                entry.post(() -> ran[0]++);
                            }
                        });
                    }
                }));
                assertEquals(2, ran[0]);
            });
        }

        @Test
        void post_that_fails_crashes_the_run_and_the_others_still_run() {
            check(simulation -> {
                IllegalStateException failure = new IllegalStateException("post");
                int[] ran = {0};
                RunCrashedException crash = null;
                try {
                    simulation.run(() -> {
                        RunEntry entry = RunEntry.open();
                        entry.post(() -> ran[0]++);
                        entry.post(() -> {
                            throw failure;
                        });
                        entry.post(() -> ran[0]++);
                        if (simulation.random().nextBoolean()) Checkpoints.sleepForever();
                    });
                } catch (RunCrashedException e) {
                    crash = e;
                }
                assertNotNull(crash);
                assertSame(failure, crash.getCause());
                assertEquals(2, ran[0]);
            });
        }
    }

    @Nested
    class System_tasks {
        @Test
        void failure_of_a_system_task_is_told_whenever_the_root_ends() {
            check(simulation -> {
                IOException failure = new IOException("system");
                boolean[] threw = {false};
                RunCrashedException crash = null;
                try {
                    simulation.run(() -> {
                        SystemTasks.startSoon("system", () -> {
                            Checkpoints.yieldNow();
                            threw[0] = true;
                            throw failure;
                        });
                        for (int i = simulation.random().nextInt(3); i > 0; i--) Checkpoints.checkpoint();
                        if (simulation.random().nextBoolean()) Checkpoints.sleepForever();
                    });
                } catch (RunCrashedException e) {
                    crash = e;
                }
                assertTrue(threw[0]);
                assertNotNull(crash, "a failure was lost");
                assertSame(failure, crash.getCause());
            });
        }

        @Test
        void system_task_outlives_the_root_by_its_cleanup_only() {
            check(simulation -> {
                CancelScope scope = new CancelScope();
                simulation.cancelAnywhere(scope);
                boolean[] root = {true};
                boolean[] cleaned = {false};
                simulation.run(() -> {
                    SystemTasks.startSoon("system", () -> {
                        try {
                            Checkpoints.sleepForever();
                        } finally {
                            Cleanup.run(SHORT, Checkpoints::checkpoint);
                            assertFalse(root[0], "stopped before the root had ended");
                            cleaned[0] = true;
                        }
                    });
                    scope.run(() -> Checkpoints.sleep(SHORT));
                    root[0] = false;
                });
                assertTrue(cleaned[0]);
            });
        }

        @Test
        void stop_of_the_scheduler_reaches_what_is_idle_beside_the_root() {
            check(simulation -> {
                simulation.thread("stopper", () -> simulation.scheduler().requestStop(EVER));
                boolean[] ended = {false, false};
                try {
                    simulation.run(() -> {
                        SystemTasks.startSoon("acceptor", () -> {
                            new CancelScope("accept").asIdle().run(Checkpoints::sleepForever);
                            assertTrue(Checkpoints.isStopRequested());
                            ended[0] = true;
                        });
                        new CancelScope("accept").asIdle().run(Checkpoints::sleepForever);
                        ended[1] = true;
                        while (!ended[0])
                            Checkpoints.checkpoint();
                    });
                    assertTrue(ended[0] && ended[1]);
                } catch (SchedulerClosedException e) {
                    assertFalse(ended[0] || ended[1]);
                }
            });
        }
    }

    @Nested
    class Cleanups {
        private static final Logger QUIET = Logger.getLogger(Instrument.class.getName());

        /// An error of a cleanup comes out, or is told to the instrument: never both, never none.
        @Test
        void error_of_a_cleanup_is_told_once_wherever_the_cancellation_comes() {
            check(simulation -> {
                List<Throwable> dropped = new ArrayList<>();
                Scheduler scheduler = Scheduler.builder().platform(simulation.platform())
                        .instrument(new Instrument() {
                            @Override
                            public void errorDropped(Task<?> task, Throwable error) {
                                dropped.add(error);
                            }
                        }).build();
                QUIET.setUseParentHandlers(false); // thousands of them
                CancelScope outer = new CancelScope("outer");
                CancelScope inner = new CancelScope("inner");
                simulation.cancelAnywhere(outer);
                simulation.cancelAnywhere(inner);
                IOException failure = new IOException("cleanup");
                boolean[] threw = {false};
                boolean[] cancelled = {false};
                int[] out = {0};
                int more = simulation.random().nextInt(3);
                scheduler.run("main", () -> {
                    try {
                        outer.run(() -> inner.run(() -> {
                            try {
                                Checkpoints.checkpoint();
                            } finally {
                                for (int i = more; i > 0; i--) cleanUp(failure, () -> {
                                    threw[0] = true;
                                    // What nothing has cancelled yet is no cleanup: plain Java.
                                    cancelled[0] |= outer.reason() != null || inner.reason() != null;
                                });
                            }
                        }));
                    } catch (IOException e) {
                        assertSame(failure, e);
                        out[0]++;
                    }
                });
                boolean told = out[0] == 1 || dropped.contains(failure);
                if (cancelled[0] || !threw[0])
                    assertEquals(threw[0], told, () -> "out " + out[0] + ", dropped " + dropped);
                assertTrue(out[0] + Collections.frequency(dropped, failure) <= 1, "told twice");
            });
        }

        private static void cleanUp(IOException failure, Runnable before) throws IOException {
            try {
                Cleanup.run(SHORT, () -> {
                    Checkpoints.checkpoint();
                    before.run();
                    throw failure;
                });
            } finally {
                Checkpoints.checkpoint();
            }
        }

        @Test
        void cleanup_is_run_to_its_end_or_its_limit_wherever_the_cancellation_comes() {
            check(simulation -> {
                CancelScope scope = new CancelScope();
                simulation.cancelAnywhere(scope);
                boolean[] begun = {false};
                @Nullable
                ScopeResult<?>[] result = {null};
                simulation.run(() -> scope.run(() -> {
                    begun[0] = true;
                    try {
                        Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::checkpoint));
                    } finally {
                        result[0] = Cleanup.call(SHORT, () -> {
                            Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::checkpoint));
                            Checkpoints.sleep(Duration.ofMillis(1));
                            return 7;
                        });
                    }
                }));
                assertTrue(begun[0]);
                assertNotNull(result[0], "cut short");
            });
        }
    }

    @Nested
    class Deadlocks_ {
        /// A random program in which somebody is left who wakes: no deadlock is found in it.
        @Test
        void none_is_found_in_programs_that_end() {
            check(simulation -> program(simulation, false));
        }

        @Test
        void one_is_found_where_nobody_is_left_who_wakes() {
            check(simulation -> {
                boolean found = false;
                try {
                    program(simulation, true);
                } catch (DeadlockException e) {
                    found = true;
                    assertTrue(e.getMessage().contains("waits for"), e.getMessage());
                }
                assertTrue(found);
            });
        }

        /// Tasks park, sleep, await, start and clean up. The root wakes whoever still waits, again and again,
        /// unless a deadlock is planted: then one task waits for what never comes.
        private static void program(Simulation simulation, boolean planted) {
            RandomGenerator random = simulation.random();
            Scheduler scheduler = Scheduler.builder().platform(simulation.platform())
                    .detectDeadlocks(Duration.ofSeconds(1)).build();
            ParkingLot[] lots = {new ParkingLot("a"), new ParkingLot("b"), new ParkingLot("c")};
            int[] live = {0};
            scheduler.run("main", () -> Nursery.run(nursery -> {
                live[0] = 2 + random.nextInt(2);
                nursery.startSoon("waker", () -> {
                    while (live[0] > 0) {
                        Checkpoints.sleep(Duration.ofMillis(1));
                        for (ParkingLot lot : lots) lot.unparkAll();
                    }
                });
                for (int i = live[0]; i > 0; i--) {
                    nursery.startSoon("task", () -> {
                        try {
                            for (int step = random.nextInt(4); step > 0; step--) step(random, nursery, lots);
                        } finally {
                            live[0]--;
                        }
                    });
                }
                if (planted) nursery.startSoon("planted", () -> new ParkingLot("nothing").park());
            }));
            scheduler.close();
        }

        private static void step(RandomGenerator random, Nursery nursery, ParkingLot[] lots) {
            ParkingLot lot = lots[random.nextInt(lots.length)];
            switch (random.nextInt(7)) {
                case 0 -> lot.park();
                case 1 -> Checkpoints.sleep(Duration.ofMillis(1 + random.nextInt(3)));
                case 2 -> Timeouts.moveOnAfter(Duration.ofMillis(random.nextInt(3)), lot::park);
                case 3 -> nursery.startSoon("child", Checkpoints::checkpoint).await();
                case 4 -> nursery.startUntilReady("started", status -> {
                    Checkpoints.checkpoint();
                    status.started();
                });
                case 5 -> Nursery.run("inner", inner -> inner.startSoon("child", lot::park));
                default -> {
                    ParkingLot other = lots[random.nextInt(lots.length)];
                    if (other != lot) lot.repark(1, other);
                }
            }
        }
    }
}
