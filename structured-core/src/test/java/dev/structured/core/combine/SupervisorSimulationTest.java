package dev.structured.core.combine;

import static dev.structured.core.combine.Times.millis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Supervised tasks that fail at random, cancelled anywhere: every failure is told once when it happens, and
/// those of tasks that were given up once more at the end, unless the whole was cancelled.
class SupervisorSimulationTest {

    @Test
    void no_failure_is_lost_and_nothing_runs_after_the_end() {
        assertTrue(Simulation.check(1_000, simulation -> {
            int[] thrown = {0};
            int[] told = {0};
            int[] givenUp = {0};
            int[] live = {0};
            RestartPolicy policy = RestartPolicy
                    .of(RetryPolicy.of(2, millis(5), millis(10)).withRandom(simulation.random()),
                            Duration.ofSeconds(1))
                    .withObserver((_, _, pause) -> {
                        told[0]++;
                        if (pause == null) givenUp[0]++;
                    });
            CancelScope around = new CancelScope("around");
            simulation.cancelAnywhere(around);
            int[] atTheEnd = {0};
            boolean[] whole = {false};
            simulation.run(() -> around.run(() -> {
                try {
                    Supervisor.run(policy, supervisor -> {
                        for (int i = 0; i < 3; i++) {
                            supervisor.startSoon("task", () -> {
                                live[0]++;
                                try {
                                    if (simulation.random().nextBoolean()) simulation.foreignSleep();
                                    else
                                        Checkpoints.sleep(millis(10));
                                } finally {
                                    live[0]--;
                                }
                                if (simulation.random().nextInt(3) == 0) return;
                                thrown[0]++;
                                throw new IOException("task");
                            });
                        }
                    });
                    whole[0] = true;
                } catch (SupervisionFailedException failed) {
                    atTheEnd[0] = failed.failures().size();
                    whole[0] = true;
                }
            }));
            assertEquals(0, live[0]);
            assertEquals(thrown[0], told[0]);
            assertTrue(whole[0] || around.absorbedCancellation());
            if (whole[0]) assertEquals(givenUp[0], atTheEnd[0]);
        }).schedules() > 50);
    }
}
