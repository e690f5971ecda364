package dev.structured.core;

import static org.junit.jupiter.api.Assertions.*;
import dev.structured.core.testing.*;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SimulationTest {
    static void counter(Simulation s) {
        int[] n = {0};
        s.run(() -> Nursery.run(nursery -> {
            for (int i = 0; i < 2; i++) nursery.startSoon("adder" + i, () -> {
                int seen = n[0];
                s.point("between");
                n[0] = seen + 1;
            });
        }));
        assertEquals(2, n[0]);
    }

    @Test
    void found() {
        SimulationFailure f = assertThrows(SimulationFailure.class,
                () -> Simulation.check(1000, SimulationTest::counter));
        System.out.println(f.getMessage());
    }

    @Test
    void speed() {
        for (int i = 0; i < 5; i++) {
            long t = System.nanoTime();
            SimulationReport r = Simulation.check(5000, s -> {
                CancelScope scope = CancelScope.create();
                s.cancelAnywhere(scope);
                s.run(() -> scope.run(() -> Nursery.run(n -> {
                    for (int k = 0; k < 3; k++) n.startSoon("c" + k, () -> {
                        Checkpoints.sleep(Duration.ofMillis(5));
                        Checkpoints.checkpoint();
                    });
                })));
            });
            long d = System.nanoTime() - t;
            System.out.println(r + " " + r.seeds() * 1_000_000_000L / d + " seeds/s, " + d / r.decisions()
                    + " ns a decision");
        }
    }
}
