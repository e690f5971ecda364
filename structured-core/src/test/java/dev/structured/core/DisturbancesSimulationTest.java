package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A checkpoint relies on what an earlier one has found quiet: see [Disturbances]. It must never pass once
/// its task can know that it is cancelled, and never miss a time that it has been given.
class DisturbancesSimulationTest {
    private static final int ROUNDS = 12;

    /// Makes the scope end what is in it, in one of the ways there are.
    private static void end(Simulation simulation, CancelScope scope) {
        switch (simulation.random().nextInt(4)) {
            case 0 -> scope.setTimeout(Duration.ZERO);
            case 1 -> scope.requestStop(Duration.ZERO);
            case 2 -> scope.cancelInShort();
            default -> scope.cancel();
        }
    }

    /// Passes checkpoints until one throws, or `ROUNDS` times.
    private static void pass(Simulation simulation, CancelScope aimed) {
        for (int i = 0; i < ROUNDS; i++) {
            boolean known = aimed.reason() != null;
            Checkpoints.checkCancelled();
            assertFalse(known, "passed a checkpoint after it was cancelled");
            if (simulation.random().nextInt(4) == 0) {
                new CancelScope("passing").run(() -> simulation.point("in a passing scope"));
            }
            simulation.point("between two checkpoints");
        }
    }

    private static void within(List<CancelScope> scopes, Runnable code) {
        if (scopes.isEmpty()) code.run();
        else
            scopes.getFirst().run(() -> within(scopes.subList(1, scopes.size()), code));
    }

    @Test
    void no_checkpoint_passes_once_its_task_can_see_that_a_scope_is_cancelled() {
        check(simulation -> {
            List<CancelScope> scopes = List.of(new CancelScope("outer"), new CancelScope("middle"),
                    new CancelScope("inner"));
            CancelScope aimed = scopes.get(simulation.random().nextInt(3));
            CancelScope other = scopes.get(simulation.random().nextInt(3));
            simulation.thread("canceller", () -> end(simulation, aimed));
            simulation.thread("other", () -> other.setTimeout(Duration.ofHours(1)));
            simulation.run(() -> within(scopes, () -> pass(simulation, aimed)));
        });
    }

    @Test
    void no_checkpoint_of_a_child_passes_once_it_can_see_a_cancellation_of_its_nursery() {
        check(simulation -> simulation.run(() -> Nursery.run(nursery -> {
            CancelScope aimed = nursery.scope();
            for (int i = 0; i < 2; i++) nursery.startSoon("child", () -> pass(simulation, aimed));
            simulation.thread("canceller", () -> end(simulation, aimed));
            pass(simulation, aimed);
        })));
    }

    @Test
    void no_checkpoint_passes_once_its_task_can_see_that_it_is_cancelled_alone() {
        check(simulation -> simulation.run(() -> Nursery.run(nursery -> {
            Task<?> child = nursery.startSoon("child", () -> {
                Task<?> me = Task.current();
                for (int i = 0; i < ROUNDS; i++) {
                    CancelScope own = me.own();
                    boolean known = own != null && own.reason() != null;
                    Checkpoints.checkCancelled();
                    assertFalse(known, "passed a checkpoint after it was cancelled");
                    if (simulation.random().nextInt(3) == 0) {
                        new CancelScope("passing").run(Checkpoints::checkCancelled);
                    }
                    simulation.point("between two checkpoints");
                }
            });
            for (int i = 0; i < 2; i++) simulation.thread("canceller", child::cancel);
        })));
    }

    @Test
    void no_checkpoint_passes_once_its_caller_is_cancelled_or_its_nursery() {
        check(simulation -> {
            CancelScope around = new CancelScope("around");
            simulation.run(() -> Nursery.run(nursery -> {
                CancelScope[] aimed = {simulation.random().nextBoolean() ? around : nursery.scope()};
                simulation.thread("canceller", () -> end(simulation, aimed[0]));
                around.run(() -> nursery.start("starting", status -> {
                    pass(simulation, aimed[0]);
                    status.started(null);
                    if (aimed[0] == around) return; // it has moved, or stays under a start that ends with it
                    pass(simulation, aimed[0]);
                }));
            }));
        });
    }

    /// The alarm may ring late: the checkpoint looks at the clock.
    @Test
    void a_deadline_that_is_set_from_outside_is_seen_by_the_first_checkpoint_after_it() {
        check(simulation -> {
            CancelScope scope = new CancelScope("scope");
            Scheduler scheduler = simulation.scheduler();
            long[] deadline = {Long.MAX_VALUE};
            simulation.thread("setter", () -> {
                long at = scheduler.nanoTime() + 1_000_000;
                scope.setDeadline(scheduler.deadlineAfter(Duration.ofMillis(1)));
                deadline[0] = at;
            });
            simulation.run(() -> scope.run(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    boolean known = scheduler.nanoTime() >= deadline[0];
                    Checkpoints.checkCancelled();
                    assertFalse(known, "passed a checkpoint after its deadline");
                    simulation.point("between two checkpoints");
                }
            }));
        });
    }

    @Test
    void what_was_found_quiet_is_relied_on_until_something_changes() {
        CancelScope outer = new CancelScope("outer");
        Scheduler.shared().run("run", () -> outer.run(() -> {
            Disturbances run = Task.current().run().disturbances;
            Checkpoints.checkCancelled();
            assertTrue(outer.wasQuietAt(run.count()), "looked at all scopes in vain");
            CancelScope other = new CancelScope("other");
            other.run(() -> other.cancel());
            assertFalse(outer.wasQuietAt(run.count()), "relies on what was found before");
            Checkpoints.checkCancelled();
            assertTrue(outer.wasQuietAt(run.count()), "never quiet again");
        }));
    }
}
