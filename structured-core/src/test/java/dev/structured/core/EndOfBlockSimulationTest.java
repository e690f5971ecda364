package dev.structured.core;

import static dev.structured.core.Seeds.check;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The end of a block, cancelled anywhere: children, then background tasks, then resources, each exactly once
/// and in this order.
class EndOfBlockSimulationTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    /// What one block has begun and ended.
    private static final class Ends {
        final List<String> open = new ArrayList<>();
        int failures;

        void begin(String what) {
            open.add(what);
        }

        void end(String what, String... mustBeGone) {
            for (String gone : mustBeGone)
                assertTrue(open.stream().noneMatch(each -> each.startsWith(gone)),
                        what + " ends beside " + open);
            assertTrue(open.remove(what), what + " ends twice");
        }

        void failSometimes(Simulation simulation, String what) throws IOException {
            if (simulation.random().nextInt(4) != 0) return;
            failures++;
            throw new IOException(what);
        }
    }

    private static void child(Simulation simulation, Ends ends, String name, String... mustBeGone)
            throws Exception {
        ends.begin(name);
        try {
            if (simulation.random().nextBoolean()) simulation.foreignSleep();
            else
                Checkpoints.sleep(SHORT);
        } finally {
            ends.end(name, mustBeGone);
        }
        ends.failSometimes(simulation, name);
    }

    private static void background(Simulation simulation, Ends ends, String name) throws Exception {
        boolean[] stopped = {true};
        ends.begin(name);
        try {
            if (simulation.random().nextInt(4) == 0) Checkpoints.sleep(SHORT);
            else
                Checkpoints.sleepForever();
            stopped[0] = false;
        } finally {
            if (stopped[0]) ends.end(name, "child", "block");
            else
                ends.end(name);
        }
        ends.failSometimes(simulation, name);
    }

    private static void resource(Simulation simulation, Ends ends, Nursery nursery, String name) {
        ends.begin(name);
        nursery.use(name, () -> {
            ends.end(name, "child", "block", "background");
            if (simulation.random().nextBoolean()) Checkpoints.sleep(SHORT);
            ends.failSometimes(simulation, name);
        }, Duration.ofSeconds(1));
    }

    /// A simulation may have a close take longer than its limit.
    private static long told(NurseryFailedException group) {
        return group.failures().stream().filter(failure -> failure instanceof IOException).count();
    }

    @Test
    void ends_are_in_order_and_no_failure_is_lost() {
        check(simulation -> {
            Ends ends = new Ends();
            CancelScope around = new CancelScope("around");
            simulation.cancelAnywhere(around);
            @Nullable
            NurseryFailedException group = null;
            try {
                simulation.run(() -> around.run(() -> Nursery.run(nursery -> {
                    ends.begin("block");
                    try {
                        nursery.startBackground("background 1", () -> {
                            nursery.startBackground("background 2",
                                    () -> background(simulation, ends, "background 2"));
                            background(simulation, ends, "background 1");
                        });
                        resource(simulation, ends, nursery, "resource 1");
                        nursery.startSoon("child 1", () -> {
                            resource(simulation, ends, nursery, "resource 2");
                            child(simulation, ends, "child 1");
                        });
                        nursery.startSoon("child 2", () -> child(simulation, ends, "child 2"));
                        Checkpoints.checkpoint();
                    } finally {
                        ends.end("block");
                    }
                })));
            } catch (NurseryFailedException e) {
                group = e;
            }
            assertEquals(List.of(), ends.open);
            assertEquals(ends.failures, group == null ? 0 : told(group));
        });
    }
}
