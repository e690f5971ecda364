package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.RateLimiter;
import dev.structured.core.sync.TaskBarrier;
import java.io.PrintStream;

/// Runners that start each lap together, and a judge who takes down at most two times a second.
final class Relay {
    private Relay() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> race(out));
        scheduler.run("main", () -> judge(out));
    }

    private static void race(Transcript out) {
        // @start region=barrier
        TaskBarrier line = new TaskBarrier("starting line", 2);
        Nursery.run(nursery -> {
            for (int pace = 1; pace <= 2; pace++) {
                int seconds = pace;
                nursery.startSoon("runner" + pace, () -> {
                    for (int lap = 1; lap <= 2; lap++) {
                        Checkpoints.sleep(ofSeconds(seconds));
                        out.say("runner" + seconds + ": lap " + lap);
                        line.await(); // for the other one
                    }
                });
            }
        });
        // @end
    }

    private static void judge(Transcript out) {
        // @start region=rate
        RateLimiter pen = new RateLimiter("pen", 2, ofSeconds(1));
        Nursery.run(nursery -> {
            for (String name : new String[]{"ann", "bob", "cid"}) {
                nursery.startSoon(name, () -> {
                    pen.acquire();
                    out.say(name + ": written down");
                });
                Checkpoints.sleep(ofMillis(10));
            }
        });
        // @end
    }
}
