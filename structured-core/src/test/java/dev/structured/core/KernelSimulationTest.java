package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Nurseries, whose tasks start and end at any moment, and schedulers that are closed meanwhile; in a
/// thousand different orders each. One thread runs at a time, so the tests' own state needs no locks. The
/// labels J2 and J3 are those of the design.
///
/// What [Simulation] checks after each seed by itself is not asserted here again: no deadlock, no run, task,
/// deadline or flag left behind.
class KernelSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    private static void checkpoints(int count) {
        for (int i = 0; i < count; i++) Checkpoints.checkpoint();
    }

    /* --- Nurseries --- */

    @Test
    void what_children_throw_comes_out_and_nothing_else() {
        check(simulation -> {
            List<Exception> thrown = new ArrayList<>();
            int[] live = {0};
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> simulation.run(() -> Nursery.run(nursery -> {
                        for (String name : List.of("a", "b")) {
                            nursery.startSoon(name, () -> live(live, () -> {
                                Checkpoints.checkpoint();
                                thrown.add(new IOException(name));
                                throw thrown.getLast();
                            }));
                        }
                        nursery.startSoon("sleeper", () -> live(live, Checkpoints::sleepForever));
                        checkpoints(simulation.random().nextInt(3));
                        if (simulation.random().nextBoolean()) Checkpoints.sleepForever();
                    })));
            assertEquals(0, live[0], "a child outlived its nursery");
            assertEquals(new HashSet<>(thrown), new HashSet<>(failure.failures()));
            assertNull(failure.cancelled());
        });
    }

    private static void live(int[] count, Body<Exception> body) throws Exception {
        count[0]++;
        try {
            body.run();
        } finally {
            count[0]--;
        }
    }

    @Test
    void failing_block_stops_its_children_and_late_failures_count() {
        check(simulation -> {
            int[] live = {0};
            IOException first = new IOException("block");
            IOException late = new IOException("cleanup");
            boolean[] cleaned = {false};
            NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                    () -> simulation.run(() -> Nursery.run(nursery -> {
                        nursery.startSoon("sleeper", () -> live(live, Checkpoints::sleepForever));
                        nursery.startSoon("cleaner", () -> live(live, () -> {
                            try {
                                Checkpoints.sleepForever();
                            } finally {
                                cleaned[0] = true;
                                throwIt(late);
                            }
                        }));
                        checkpoints(2);
                        throw first;
                    })));
            assertEquals(0, live[0]);
            assertTrue(cleaned[0], "a child was not run");
            assertEquals(List.of(first, late), failure.failures());
            assertSame(first, failure.getCause());
        });
    }

    private static void throwIt(Exception e) throws Exception {
        throw e;
    }

    @Test
    void j3_task_started_while_the_nursery_ends_runs_inside_it_or_is_refused() {
        check(simulation -> {
            int[] live = {0};
            int[] accepted = {0};
            int[] ran = {0};
            boolean[] closed = {false};
            Nursery[] inner = {null};
            simulation.run(() -> Nursery.run(outer -> {
                for (int i = 0; i < 2; i++) {
                    outer.startSoon("spawner", () -> {
                        checkpoints(simulation.random().nextInt(4));
                        if (inner[0] == null) return;
                        try {
                            inner[0].startSoon("late", () -> {
                                ran[0]++;
                                assertFalse(closed[0], "runs in a nursery that has ended");
                                live(live, Checkpoints::checkpoint);
                            });
                            accepted[0]++;
                        } catch (IllegalStateException e) {
                            assertTrue(e.getMessage().contains("is closed"), e.getMessage());
                        }
                    });
                }
                Nursery.run("inner", nursery -> {
                    inner[0] = nursery;
                    nursery.startSoon("child", Checkpoints::checkpoint);
                });
                assertEquals(0, live[0], "outlived its nursery");
                closed[0] = true;
            }));
            assertEquals(accepted[0], ran[0]);
        });
    }

    @Test
    void child_starts_children_while_its_nursery_waits_for_it() {
        check(simulation -> {
            int[] ran = {0};
            CancelScope scope = new CancelScope();
            if (simulation.random().nextBoolean()) simulation.cancelAnywhere(scope);
            simulation.run(() -> scope.run(() -> Nursery.run(nursery -> nursery.startSoon("first",
                    () -> nursery.startSoon("second", () -> nursery.startSoon("third", () -> ran[0]++))))));
            assertEquals(1, ran[0], "even a cancelled nursery starts what it is given");
        });
    }

    @Test
    void j2_value_of_a_block_is_lost_only_to_a_cancellation_before_its_last_childs_end() {
        check(simulation -> {
            CancelScope scope = new CancelScope();
            boolean[] closedFirst = {false};
            Nursery[] nurseries = {null};
            simulation.thread("canceller", () -> {
                closedFirst[0] = nurseries[0] != null && nurseries[0].toString().endsWith("CLOSED]");
                scope.cancel();
            });
            simulation.run(() -> {
                ScopeResult<String> result = scope.call(() -> Nursery.call(nursery -> {
                    nurseries[0] = nursery;
                    nursery.startSoon("child", Checkpoints::checkCancelled);
                    return "value";
                }));
                if (closedFirst[0]) assertFalse(result.isCancelled());
                assertEquals(result.isCancelled(), scope.absorbedCancellation());
            });
        });
    }

    @Test
    void instruments_are_told_of_each_start_and_end() {
        check(simulation -> {
            List<Task<?>> started = new ArrayList<>();
            List<Task<?>> ended = new ArrayList<>();
            Scheduler scheduler = Scheduler.builder().platform(simulation.platform())
                    .instrument(new Instrument() {
                        @Override
                        public void taskStarted(Task<?> task) {
                            started.add(task);
                        }

                        @Override
                        public void taskEnded(Task<?> task) {
                            assertTrue(started.contains(task), "ended before it started");
                            assertTrue(task.isDone());
                            ended.add(task);
                        }
                    }).build();
            scheduler.run("main", () -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) nursery.startSoon("child", Checkpoints::checkpoint);
                nursery.scope().cancel();
            }));
            assertEquals(4, ended.size());
            assertEquals(new HashSet<>(started), new HashSet<>(ended));
        });
    }

    /* --- Closing a scheduler --- */

    @Test
    void close_ends_every_run_and_refuses_new_ones() {
        check(simulation -> {
            Scheduler scheduler = simulation.scheduler();
            boolean[] closed = {false};
            for (int i = 0; i < 2; i++) {
                simulation.thread("user", () -> {
                    try {
                        scheduler.run("run", () -> {
                            assertFalse(closed[0], "a run in a closed scheduler");
                            Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::sleepForever));
                        });
                        throw new AssertionError("its child never ends");
                    } catch (SchedulerClosedException e) {
                        assertFalse(e.getMessage().isEmpty());
                    } catch (ScopeCancelledException e) {
                        assertEquals(CancelReason.Source.SHUTDOWN, e.reason().source());
                    }
                });
            }
            simulation.thread("closer", () -> scheduler.close(SHORT));
            scheduler.close(Duration.ZERO);
            closed[0] = true;
            assertEquals(0, scheduler.statistics().runs());
        });
    }

    @Test
    void thread_is_given_back_without_the_flag_of_a_shutdown() {
        check(simulation -> {
            Scheduler scheduler = simulation.scheduler();
            simulation.thread("closer", scheduler::close);
            try {
                simulation.run(() -> {
                    for (int i = 0; i < 3; i++) simulation.point("foreign code");
                });
            } catch (SchedulerClosedException e) {
                assertEquals(0, scheduler.statistics().runs());
            }
            assertFalse(Thread.currentThread().isInterrupted());
        });
    }
}
