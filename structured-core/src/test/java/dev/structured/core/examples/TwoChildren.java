package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.PrintStream;

/// Two children print side by side while their parent waits for both.
final class TwoChildren {
    private TwoChildren() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        // @start region=parent
        scheduler.run("parent", () -> {
            out.say("parent: starting two children");
            Nursery.run(nursery -> {
                nursery.startSoon("child1", () -> child1(out));
                nursery.startSoon("child2", () -> child2(out));
                out.say("parent: waiting for them");
            });
            out.say("parent: both are done");
        });
        // @end
    }

    // @start region=children
    private static void child1(Transcript out) {
        for (int i = 1; i <= 3; i++) {
            Checkpoints.sleep(ofSeconds(1));
            out.say("child1: " + i);
        }
    }

    private static void child2(Transcript out) {
        for (int i = 1; i <= 3; i++) {
            Checkpoints.sleep(ofMillis(700));
            out.say("child2: " + i);
        }
    }
    // @end
}
