package dev.structured.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Timeouts;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a simulation lets happen, it lets happen everywhere: between any two steps that others can see.
class SimulationReachTest {
    @Test
    void cancellation_reaches_every_decision_point() {
        int places = 12;
        int[] hits = new int[places + 1];
        Simulation.check(2_000, simulation -> {
            CancelScope scope = new CancelScope();
            int[] place = {0};
            simulation.thread("canceller", () -> hits[place[0]]++);
            for (int i = 0; i < places; i++) {
                simulation.point("place " + i);
                place[0]++;
            }
            assertFalse(scope.isCancelled());
        });
        for (int hit : hits) assertTrue(hit > 10, Arrays.toString(hits));
    }

    @Test
    void deadline_expires_between_any_two_steps() {
        int places = 12;
        int[] hits = new int[places + 1];
        Simulation.check(3_000, simulation -> simulation.run(() -> {
            int[] place = {0};
            Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
                while (place[0] < places) {
                    Checkpoints.checkpoint();
                    place[0]++;
                }
            });
            hits[place[0]]++;
        }));
        for (int hit : hits) assertTrue(hit > 10, Arrays.toString(hits));
    }

    @Test
    void interrupt_reaches_every_decision_point() {
        Set<Integer> reached = new HashSet<>();
        Simulation.check(1_000, simulation -> {
            int[] place = {0};
            simulation.interruptAnywhere(Thread.currentThread());
            for (int i = 0; i < 8; i++) {
                simulation.point("place");
                if (Thread.interrupted()) reached.add(place[0]);
                place[0]++;
            }
        });
        assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 7), reached);
    }

    @Test
    void clock_jumps_when_everything_waits() {
        Simulation.check(100, simulation -> {
            simulation.run(() -> Checkpoints.sleep(Duration.ofHours(8)));
            assertEquals(Duration.ofHours(8).toNanos(), simulation.scheduler().nanoTime());
        });
    }

    @Test
    void thread_that_is_interrupted_while_it_waits_for_its_turn_keeps_its_flag() {
        Simulation.check(500, simulation -> {
            Thread thread = Thread.currentThread();
            boolean[] sent = {false};
            simulation.thread("by the platform", () -> {
                simulation.platform().interrupt(thread);
                sent[0] = true;
                assertTrue(simulation.platform().isInterrupted(thread));
            });
            simulation.thread("directly", () -> {
                thread.interrupt();
                sent[0] = true;
            });
            for (int i = 0; i < 5; i++) {
                simulation.point("between");
                assertEquals(sent[0], Thread.currentThread().isInterrupted());
            }
            Thread.interrupted();
            sent[0] = true;
            while (thread.isInterrupted())
                Thread.interrupted();
        });
    }
}
