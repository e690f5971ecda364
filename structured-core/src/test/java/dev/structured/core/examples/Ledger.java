package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.BrokenException;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.TaskLock;
import java.io.PrintStream;

/// Clerks write into one ledger, one at a time, in the order of their coming; one gives up waiting, and one
/// leaves it open.
final class Ledger {
    private Ledger() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("office", () -> {
            TaskLock lock = new TaskLock("ledger");
            // @start region=turns
            Nursery.run(nursery -> {
                for (String name : new String[]{"ann", "bob", "cid"}) {
                    nursery.startSoon(name, () -> lock.run(() -> {
                        Checkpoints.sleep(ofSeconds(1));
                        out.say(name + ": wrote");
                    }));
                    Checkpoints.sleep(ofMillis(10));
                }
                nursery.startSoon("dot", () -> {
                    Timeouts.moveOnAfter(ofSeconds(1), () -> lock.run(() -> out.say("dot: not reached")));
                    out.say("dot: gave up, " + lock.statistics().waiting() + " wait");
                });
            });
            // @end
            // @start region=broken
            Nursery.run(nursery -> nursery.startSoon("eve", () -> {
                lock.acquire();
                out.say("eve: leaves it open");
            }));
            try {
                lock.acquire();
            } catch (BrokenException e) {
                out.say("office: " + e.getMessage());
            }
            // @end
        });
    }
}
