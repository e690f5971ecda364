package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// [Task#cancel()] against everything that the task may do at the same moment: a task that is cancelled once
/// must end, wherever it is, and nothing beside it may notice.
class TaskCancelSimulationTest {

    /// Cancels the task from outside the tree, once it is there.
    private static void cancelAnywhere(Simulation simulation, Task<?>[] task) {
        simulation.thread("canceller", () -> {
            if (task[0] != null) task[0].cancel("outside");
        });
    }

    /// Enters and leaves scopes, and blocks for ever in one of the ways there are.
    private static void wander(Simulation simulation) throws InterruptedException {
        for (int i = simulation.random().nextInt(3); i > 0; i--) {
            new CancelScope("passing").run(() -> simulation.point("in a passing scope"));
        }
        switch (simulation.random().nextInt(5)) {
            case 0 -> Checkpoints.sleepForever();
            case 1 -> simulation.foreignSleep();
            case 2 -> new CancelScope("outermost").run(simulation::foreignSleep);
            case 3 -> new CancelScope("outermost")
                    .run(() -> new CancelScope("inner").run(Checkpoints::sleepForever));
            default -> Nursery.run("inner", inner -> {
                inner.startSoon("below", () -> {
                    if (simulation.random().nextBoolean()) simulation.foreignSleep();
                    Checkpoints.sleepForever();
                });
                simulation.foreignSleep();
            });
        }
    }

    @Test
    void reaches_the_task_wherever_it_is_and_nothing_beside_it() {
        check(simulation -> {
            Task<?>[] task = {null};
            cancelAnywhere(simulation, task);
            cancelAnywhere(simulation, task);
            int[] siblings = {0};
            simulation.run(() -> Nursery.run(nursery -> {
                Task<?> wanderer = nursery.startSoon("wanderer", () -> wander(simulation));
                task[0] = wanderer;
                nursery.startSoon("sibling", () -> {
                    Checkpoints.yieldNow();
                    siblings[0]++;
                });
                // The canceller may have come before there was a task.
                Checkpoints.sleep(Duration.ofSeconds(1));
                wanderer.cancel("inside");
                wanderer.awaitEnd();
                assertEquals(Task.State.CANCELLED, wanderer.state());
                assertFalse(nursery.scope().isCancelled());
            }));
            assertEquals(1, siblings[0]);
        });
    }

    @Test
    void while_it_enters_its_outermost_scope_it_is_found_in_foreign_code() {
        check(simulation -> {
            boolean[] begun = {false};
            simulation.run(() -> Nursery.run(nursery -> {
                Task<?> task = nursery.startSoon("task", () -> {
                    begun[0] = true;
                    new CancelScope("outermost").run(simulation::foreignSleep);
                });
                while (!begun[0])
                    Checkpoints.yieldNow();
                task.cancel("once");
                task.awaitEnd();
                assertEquals(Task.State.CANCELLED, task.state());
            }));
        });
    }

    @Test
    void against_its_end_its_outcome_is_one_of_two() {
        check(simulation -> {
            Task<?>[] task = {null};
            cancelAnywhere(simulation, task);
            boolean fails = simulation.random().nextBoolean();
            boolean[] returned = {false};
            NurseryFailedException group = null;
            try {
                simulation.run(() -> Nursery.run(nursery -> task[0] = nursery.startSoon("task", () -> {
                    new CancelScope("passing").run(Checkpoints::checkpoint);
                    returned[0] = true;
                    if (fails) throw new IOException("task");
                })));
            } catch (NurseryFailedException e) {
                group = e;
                assertNull(e.cancelled());
            }
            Task.State expected = returned[0]
                    ? fails ? Task.State.FAILED : Task.State.SUCCEEDED
                    : Task.State.CANCELLED;
            assertEquals(expected, task[0].state());
            assertEquals(expected == Task.State.FAILED, group != null);
        });
    }

    @Test
    void against_a_cancellation_from_further_out_somebody_absorbs_it() {
        check(simulation -> {
            Task<?>[] task = {null};
            CancelScope around = new CancelScope("around");
            cancelAnywhere(simulation, task);
            simulation.cancelAnywhere(around);
            simulation.run(() -> {
                around.run(() -> Nursery.run(nursery -> {
                    task[0] = nursery.startSoon("wanderer", () -> wander(simulation));
                    Checkpoints.sleepForever();
                }));
                assertTrue(around.absorbedCancellation());
                Checkpoints.checkpoint();
            });
            assertEquals(Task.State.CANCELLED, task[0].state());
        });
    }

    @Test
    void against_its_being_moved_by_its_start() {
        check(simulation -> {
            Task<?>[] task = {null};
            cancelAnywhere(simulation, task);
            String[] outcome = {""};
            simulation.run(() -> Nursery.run(nursery -> {
                try {
                    nursery.start("child", (TaskStatus<@Nullable Void> status) -> {
                        task[0] = Task.current();
                        Checkpoints.checkpoint();
                        status.started();
                        wander(simulation);
                    });
                    outcome[0] = "ready";
                } catch (ScopeCancelledException e) {
                    outcome[0] = "stopped";
                    assertEquals("outside", e.reason().text());
                }
                task[0].cancel("inside");
                task[0].awaitEnd();
                assertFalse(nursery.scope().isCancelled());
            }));
            assertEquals(Task.State.CANCELLED, task[0].state());
            assertFalse(outcome[0].isEmpty());
        });
    }

    @Test
    void shields_that_are_toggled_in_the_task_lose_nothing() {
        check(simulation -> {
            Task<?>[] task = {null};
            CancelScope shield = new CancelScope("shield").withShield();
            cancelAnywhere(simulation, task);
            simulation.run(() -> Nursery.run(nursery -> {
                Task<?> child = nursery.startSoon("child", () -> shield.run(() -> wander(simulation)));
                task[0] = child;
                Checkpoints.yieldNow();
                child.cancel("inside");
                shield.setShielded(false);
                child.awaitEnd();
                assertEquals(Task.State.CANCELLED, child.state());
            }));
        });
    }
}
