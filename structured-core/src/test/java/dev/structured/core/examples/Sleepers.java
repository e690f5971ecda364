package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import java.io.PrintStream;

/// Sleepers of 1, 3 and 4 s have 2 s together: the first wakes up by itself, the others are stopped.
final class Sleepers {
    private Sleepers() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("dormitory", () -> {
            // @start region=limit
            try {
                Timeouts.failAfter(ofSeconds(2), () -> Nursery.run(nursery -> {
                    for (int seconds : new int[]{1, 3, 4}) {
                        nursery.startSoon("sleeper" + seconds, () -> sleeper(seconds, out));
                    }
                }));
            } catch (TooSlowException e) {
                out.say("caught: " + e.getMessage());
                out.say("allowed " + e.allowed() + ", spent " + e.spent());
            }
            // @end
        });
    }

    // @start region=sleeper
    private static void sleeper(int seconds, Transcript out) {
        boolean awake = false;
        try {
            Checkpoints.sleep(ofSeconds(seconds));
            awake = true;
        } finally {
            out.say("sleeper" + seconds + (awake ? ": slept well" : ": stopped"));
        }
    }
    // @end
}
