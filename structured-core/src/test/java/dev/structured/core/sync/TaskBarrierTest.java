package dev.structured.core.sync;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskBarrierTest {
    private static final int SEEDS = 1_000;

    @StructuredTest
    void tasks_go_on_together_round_after_round(VirtualClock clock) {
        TaskBarrier barrier = new TaskBarrier("rounds", 3);
        List<String> times = new ArrayList<>();
        Nursery.run(nursery -> {
            for (int i = 1; i <= 3; i++) {
                Duration pace = Duration.ofSeconds(i);
                nursery.startSoon("worker", () -> {
                    for (int round = 0; round < 2; round++) {
                        Checkpoints.sleep(pace);
                        assertEquals(round, barrier.await());
                        synchronized (times) {
                            times.add(round + " at " + clock.now());
                        }
                    }
                });
            }
        });
        assertEquals(List.of("0 at PT3S", "0 at PT3S", "0 at PT3S", "1 at PT6S", "1 at PT6S", "1 at PT6S"),
                times);
        assertEquals(new TaskBarrier.Statistics(3, 0, 2), barrier.statistics());
    }

    @StructuredTest
    void task_that_is_cancelled_has_not_arrived(VirtualClock clock) {
        TaskBarrier barrier = new TaskBarrier(2);
        CancelScope scope = new CancelScope().withTimeout(Duration.ofSeconds(1));
        Nursery.run(nursery -> {
            scope.run(barrier::await);
            assertTrue(scope.isCancelled());
            assertEquals(0, barrier.statistics().waiting());
            nursery.startSoon("one", barrier::await);
            clock.settle();
            assertEquals(1, barrier.statistics().waiting());
            assertEquals(0, barrier.await());
        });
    }

    @StructuredTest
    void one_party_never_waits_but_passes_a_checkpoint() {
        TaskBarrier barrier = new TaskBarrier(1);
        assertCheckpoint(barrier::await);
        assertThrows(IllegalArgumentException.class, () -> new TaskBarrier(0));
    }

    /// Of several tasks some are cancelled anywhere. Each round that ends does so for as many as there are
    /// parties.
    @Test
    void each_round_ends_for_as_many_tasks_as_there_are_parties() {
        assertTrue(Simulation.check(SEEDS, simulation -> {
            int parties = 2 + simulation.random().nextInt(2);
            int tasks = parties + 1 + simulation.random().nextInt(2);
            TaskBarrier barrier = new TaskBarrier("barrier", parties);
            Map<Long, Integer> ended = new HashMap<>();
            simulation.run(() -> Nursery.run(nursery -> {
                for (int i = 0; i < tasks; i++) {
                    CancelScope scope = new CancelScope();
                    if (i < 2) simulation.cancelAnywhere(scope);
                    nursery.startSoon("party", () -> scope.run(() -> {
                        for (int round = 0; round < 3; round++) ended.merge(barrier.await(), 1, Integer::sum);
                    }));
                }
                Checkpoints.sleep(Duration.ofMillis(1));
                nursery.scope().cancel();
            }));
            for (int count : ended.values()) assertEquals(parties, count, ended.toString());
            assertEquals(ended.size(), barrier.statistics().round());
            assertEquals(0, barrier.statistics().waiting());
        }).schedules() > SEEDS / 20);
    }
}
