package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.TaskSemaphore;
import java.io.PrintStream;

/// Some at a time: guests on two seats, and queries on as many connections as there are just now.
final class Seats {
    private Seats() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("house", () -> {
            // @start region=semaphore
            TaskSemaphore seats = new TaskSemaphore("seats", 2, 2);
            Nursery.run(nursery -> {
                for (String name : new String[]{"ann", "bob", "cid"}) {
                    nursery.startSoon(name, () -> seats.run(() -> {
                        out.say(name + ": sits down");
                        Checkpoints.sleep(ofSeconds(1));
                    }));
                    Checkpoints.sleep(ofMillis(100));
                }
            });
            // @end
            // @start region=limiter
            CapacityLimiter database = new CapacityLimiter("database", 1);
            Nursery.run(nursery -> {
                for (int i = 1; i <= 4; i++) {
                    String name = "query" + i;
                    nursery.startSoon(name, () -> database.run(() -> {
                        Checkpoints.sleep(ofSeconds(1));
                        out.say(name + ": answered");
                    }));
                    Checkpoints.sleep(ofMillis(100));
                }
                database.setTotal(3); // two more go on at once
                CapacityLimiter.Statistics now = database.statistics();
                out.say("operator: " + now.borrowed() + " of " + now.total() + " in use, "
                        + now.waiting() + " waits");
            });
            // @end
        });
    }
}
