package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import java.io.PrintStream;

/// Two loops that never wait search a number; the one that finds it stops the other, at a checkpoint.
final class LongLoop {
    private static final int SECRET = 4_711;

    private LongLoop() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            // @start region=start
            Nursery.run(nursery -> {
                nursery.startSoon("up", () -> search("up", 1, nursery, out));
                nursery.startSoon("down", () -> search("down", -1, nursery, out));
            });
            // @end
        });
    }

    // @start region=search
    private static void search(String who, int step, Nursery nursery, Transcript out) {
        try {
            for (int n = 0;; n += step) {
                Checkpoints.checkpoint(); // lets others run; throws if cancelled
                if (n == SECRET) {
                    out.say(who + ": found it");
                    nursery.scope().cancel("found");
                }
            }
        } finally {
            out.say(who + ": stopped");
        }
    }
    // @end
}
