package dev.structured.core.examples;

import dev.structured.core.Nursery;
import dev.structured.testing.Simulation;
import dev.structured.testing.SimulationFailedError;
import java.io.PrintStream;

/// Two tasks add one to a counter by looking and then writing; a simulation finds the order in which one is
/// lost.
final class LostUpdate {
    private LostUpdate() {}

    static void main() {
        run(System.out);
    }

    // @start region=body
    /// The seed decides who goes on: at each point, and whenever a task starts, waits or ends.
    static void countToTwo(Simulation simulation) {
        int[] count = {0};
        simulation.run(() -> Nursery.run(nursery -> {
            for (String name : new String[]{"left", "right"}) {
                nursery.startSoon(name, () -> {
                    int seen = count[0];
                    simulation.point("between looking and writing");
                    count[0] = seen + 1;
                    simulation.trace("wrote " + count[0]);
                });
            }
        }));
        if (count[0] != 2) throw new AssertionError("two were added, and there is " + count[0]);
    }
    // @end

    static void run(PrintStream out) {
        // @start region=check
        try {
            Simulation.check(1_000, LostUpdate::countToTwo);
        } catch (SimulationFailedError failure) {
            failure.getMessage().lines().filter(LostUpdate::isOfInterest).forEach(out::println);
        }
        // @end
    }

    /// Leaves out the steps of the task that only starts the two and waits for them.
    private static boolean isOfInterest(String line) {
        return !line.matches("\\s+\\d+ {2}main .*");
    }
}
