package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// `Nursery.start` against everything that may happen meanwhile, in a thousand different orders each.
///
/// One thread runs at a time, so the tests' own state needs no locks.
class StartSimulationTest {

    /// One start, and what came of it.
    private static final class Start {
        final CancelScope caller = new CancelScope("caller's");
        final IOException failure = new IOException("child");
        boolean isLive;
        boolean hasThrown;
        @Nullable
        String outcome;
        @Nullable
        Throwable thrown;

        /// The task: fails, if it does, before, at or after its being ready.
        void child(Simulation simulation, TaskStatus<String> status, int failsAt) throws IOException {
            isLive = true;
            try {
                fail(failsAt == 0);
                Checkpoints.checkpoint();
                fail(failsAt == 1);
                status.started("value");
                fail(failsAt == 2);
                Checkpoints.checkpoint();
                fail(failsAt == 3);
                simulation.point("child goes on");
            } finally {
                isLive = false;
            }
        }

        private void fail(boolean now) throws IOException {
            if (!now) return;
            hasThrown = true;
            throw failure;
        }

        /// The caller. What comes out of `start` is a value, an exception, or Cancelled, and the last of them
        /// only if the caller is cancelled.
        void call(Simulation simulation, Nursery nursery, int failsAt) {
            caller.run(() -> {
                boolean returned = false;
                try {
                    String value = nursery.<String, IOException>start("child",
                            status -> child(simulation, status, failsAt));
                    assertEquals("value", value);
                    outcome = "value";
                    returned = true;
                } catch (IOException | ScopeCancelledException e) {
                    outcome = e instanceof IOException ? "failure" : "stopped";
                    thrown = e;
                    returned = true;
                } finally {
                    if (!returned) outcome = "cancelled";
                }
            });
            assertNotNull(outcome);
            if (!outcome.equals("value"))
                assertFalse(isLive, "a child that was not moved outlived its start()");
            if (outcome.equals("failure")) assertSame(failure, thrown);
            if (outcome.equals("cancelled")) assertTrue(caller.isCancelled());
            assertEquals(outcome.equals("cancelled"), caller.absorbedCancellation());
        }
    }

    /// The failure of the child comes out of `start` or of the nursery, never of both, never of none.
    private static void requireToldOnce(Start start, @Nullable NurseryFailedException group) {
        int told = start.outcome != null && start.outcome.equals("failure") ? 1 : 0;
        if (group != null)
            told += (int) group.leaves().stream().filter(leaf -> leaf == start.failure).count();
        assertEquals(start.hasThrown ? 1 : 0, told);
        assertFalse(start.isLive, "an orphan");
    }

    @Test
    void cancelled_caller_against_a_child_that_is_ready_or_fails() {
        check(simulation -> {
            Start start = new Start();
            simulation.cancelAnywhere(start.caller);
            NurseryFailedException group = null;
            try {
                simulation.run(() -> Nursery
                        .run(nursery -> start.call(simulation, nursery, simulation.random().nextInt(5))));
            } catch (NurseryFailedException e) {
                group = e;
                assertEquals("value", start.outcome, "the failure of a child that was not ready is start's");
            }
            requireToldOnce(start, group);
        });
    }

    @Test
    void cancelled_target_against_a_child_that_is_ready_or_fails() {
        check(simulation -> {
            Start start = new Start();
            Nursery[] target = {null};
            simulation.thread("canceller", () -> {
                if (target[0] != null) target[0].scope().cancel();
            });
            NurseryFailedException group = null;
            try {
                simulation.run(() -> Nursery.run("outer", outer -> {
                    ParkingLot gate = new ParkingLot();
                    outer.startSoon("host", () -> Nursery.run("target", nursery -> {
                        target[0] = nursery;
                        gate.unparkAll();
                    }));
                    outer.startSoon("caller", () -> {
                        gate.parkIf(() -> target[0] == null);
                        try {
                            start.call(simulation, target[0], simulation.random().nextInt(5));
                        } catch (IllegalStateException closed) {
                            assertTrue(closed.getMessage().contains("is closed"), closed.getMessage());
                        }
                    });
                }));
            } catch (NurseryFailedException e) {
                group = e;
            }
            requireToldOnce(start, group);
            assertFalse(start.caller.isCancelled());
        });
    }

    @Test
    void caller_and_target_cancelled_by_different_threads() {
        check(simulation -> {
            Start start = new Start();
            CancelScope around = new CancelScope("around the target");
            simulation.cancelAnywhere(start.caller);
            simulation.cancelAnywhere(around);
            NurseryFailedException group = null;
            try {
                simulation.run(() -> around.run(() -> Nursery.run(nursery -> nursery.startSoon("caller",
                        () -> new CancelScope("apart").withShield()
                                .run(() -> start.call(simulation, nursery,
                                        simulation.random().nextInt(5)))))));
            } catch (NurseryFailedException e) {
                group = e;
            }
            requireToldOnce(start, group);
        });
    }

    /// The status is in the hands of another task than the one that has to notice the cancellation.
    @Test
    void whoever_stays_under_a_cancelled_start_is_told_wherever_it_is() {
        check(simulation -> {
            CancelScope caller = new CancelScope("caller's");
            simulation.cancelAnywhere(caller);
            boolean foreign = simulation.random().nextBoolean();
            boolean[] live = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                boolean[] moved = {false};
                caller.run(() -> {
                    nursery.startUntilReady("child", status -> {
                        live[0] = true;
                        try {
                            Nursery.run(inner -> {
                                inner.startSoon("grandchild", () -> status.started());
                                if (foreign) simulation.foreignSleep();
                                else
                                    Checkpoints.sleepForever();
                            });
                        } finally {
                            live[0] = false;
                        }
                    });
                    moved[0] = true;
                });
                assertEquals(moved[0], live[0], "either it was moved and goes on, or it is over");
                nursery.scope().cancel();
            }));
            assertFalse(live[0]);
        });
    }

    @Test
    void starts_within_starts_are_over_when_the_outer_caller_is_cancelled() {
        check(simulation -> {
            CancelScope outermost = new CancelScope("outermost");
            CancelScope middle = new CancelScope("middle");
            simulation.cancelAnywhere(outermost);
            simulation.cancelAnywhere(middle);
            Set<String> live = new HashSet<>();
            List<String> moved = new ArrayList<>();
            simulation.run(() -> Nursery.run(nursery -> {
                outermost.run(() -> {
                    nursery.startUntilReady("first", status -> {
                        live.add("first");
                        try {
                            middle.run(() -> {
                                nursery.startUntilReady("second", inner -> {
                                    live.add("second");
                                    try {
                                        inner.started();
                                        Checkpoints.sleepForever();
                                    } finally {
                                        live.remove("second");
                                    }
                                });
                                moved.add("second");
                            });
                            if (!moved.contains("second")) assertFalse(live.contains("second"));
                            status.started();
                            Checkpoints.sleepForever();
                        } finally {
                            live.remove("first");
                        }
                    });
                    moved.add("first");
                });
                if (!moved.contains("first")) assertFalse(live.contains("first"));
                assertEquals(new HashSet<>(moved), live);
                nursery.scope().cancel();
            }));
            assertTrue(live.isEmpty());
        });
    }

    @Test
    void start_into_a_nursery_that_is_closing_runs_in_it_or_is_refused() {
        check(simulation -> {
            Nursery[] target = {null};
            boolean[] closed = {false};
            boolean[] ran = {false};
            boolean[] refused = {false};
            simulation.run(() -> Nursery.run(outer -> {
                outer.startSoon("late", () -> {
                    for (int i = simulation.random().nextInt(4); i > 0; i--) Checkpoints.checkpoint();
                    if (target[0] == null) return;
                    try {
                        target[0].startUntilReady("child", status -> {
                            ran[0] = true;
                            assertFalse(closed[0]);
                            status.started();
                            Checkpoints.checkpoint();
                            assertFalse(closed[0], "outlived its nursery");
                        });
                    } catch (IllegalStateException e) {
                        assertTrue(e.getMessage().contains("is closed"), e.getMessage());
                        refused[0] = true;
                    }
                    assertTrue(ran[0] != refused[0]);
                    assertSame(Task.current().base(), Task.current().innermost(), "a scope was left open");
                });
                Nursery.run("target", nursery -> {
                    target[0] = nursery;
                    nursery.startSoon("child", Checkpoints::checkpoint);
                });
                closed[0] = true;
            }));
        });
    }

    @Test
    void deadline_of_the_caller_passes_while_the_child_becomes_ready() {
        check(simulation -> {
            Start start = new Start();
            start.caller.setTimeout(java.time.Duration.ofMillis(1));
            simulation.run(() -> Nursery.run(nursery -> {
                start.call(simulation, nursery, 4);
            }));
            requireToldOnce(start, null);
        });
    }

    /// A walk over the tree, at any moment, sees a task that is being started once, and nothing that has
    /// gone.
    @Test
    void task_tree_shows_each_live_task_once() {
        check(simulation -> {
            CancelScope caller = new CancelScope("caller's");
            simulation.cancelAnywhere(caller);
            Set<String> live = new HashSet<>();
            simulation.thread("looker", () -> {
                for (int i = 0; i < 6; i++) {
                    Set<String> before = Set.copyOf(live);
                    TaskTree tree = TaskTree.of(simulation.scheduler());
                    List<String> shown = tree.tasks().stream().map(TaskTree.Entry::name).toList();
                    assertEquals(new HashSet<>(shown).size(), shown.size(), () -> "twice: " + shown);
                    assertTrue(shown.containsAll(before), () -> before + " are live, but shown are " + shown);
                    for (TaskTree.Entry entry : tree.tasks()) {
                        if (entry.parent() >= 0)
                            assertEquals(entry.depth(), tree.tasks().get(entry.parent()).depth() + 1);
                    }
                    assertFalse(tree.text().isEmpty() || tree.json().isEmpty());
                    simulation.point("looks again");
                }
            });
            simulation.run(() -> live(live, "main", () -> Nursery.run(nursery -> {
                nursery.startSoon("a", () -> live(live, "a", Checkpoints::checkpoint));
                caller.run(() -> nursery.startUntilReady("b", status -> live(live, "b", () -> {
                    Nursery.run(inner -> {
                        inner.startSoon("c", () -> live(live, "c", Checkpoints::checkpoint));
                        inner.startUntilReady("d", own -> live(live, "d", () -> {
                            own.started();
                            status.started();
                            Checkpoints.checkpoint();
                        }));
                    });
                })));
                SystemTasks.startSoon("s", () -> live(live, "s", Checkpoints::checkpoint));
            })));
        });
    }

    private static void live(Set<String> live, String name, Body<Exception> body) throws Exception {
        live.add(name);
        try {
            body.run();
        } finally {
            live.remove(name);
        }
    }
}
