package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Queue;

/// Customers wait until there is bread. The shelf is guarded by a lock, which nobody keeps while waiting.
final class Bakery {
    private Bakery() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("bakery", () -> {
            // @start region=body
            TaskLock lock = new TaskLock("shelf");
            TaskCondition filled = new TaskCondition("bread on the shelf", lock);
            Queue<String> shelf = new ArrayDeque<>();
            Nursery.run(nursery -> {
                for (String name : new String[]{"first", "second"}) {
                    nursery.startSoon(name, () -> lock.run(() -> {
                        filled.awaitUntil(() -> !shelf.isEmpty());
                        out.say(name + ": has " + shelf.remove());
                    }));
                    Checkpoints.sleep(ofSeconds(1));
                }
                for (String loaf : new String[]{"rye", "spelt"}) {
                    lock.run(() -> {
                        shelf.add(loaf);
                        filled.signal();
                        out.say("baker: " + loaf + " is there, " + filled.statistics().waiting()
                                + " not told");
                    });
                    Checkpoints.sleep(ofSeconds(1));
                }
            });
            // @end
        });
    }
}
