package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.sync.Event;
import java.io.PrintStream;

/// Requests wait until the cache is warm, but not for ever; those that come later do not wait at all.
final class WarmCache {
    private WarmCache() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("server", () -> {
            // @start region=body
            Event warm = new Event("the cache is warm");
            Nursery.run(nursery -> {
                nursery.startSoon("cache", () -> {
                    Checkpoints.sleep(ofSeconds(2));
                    warm.set();
                    out.say("cache: warm, " + warm.statistics().waiting() + " still wait");
                });
                nursery.startSoon("patient", () -> {
                    warm.await();
                    out.say("patient: served");
                });
                nursery.startSoon("hasty", () -> {
                    boolean served = !Timeouts.moveOnAfter(ofMillis(500), warm::await).isCancelled();
                    out.say("hasty: " + (served ? "served" : "served without the cache"));
                });
                Checkpoints.sleep(ofSeconds(3));
                warm.await();
                out.say("late: served");
            });
            // @end
        });
    }
}
