package dev.structured.core.examples;

import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import java.io.PrintStream;

/// A task fails, and with it stop its sibling and the block that started both.
final class TimeBomb {
    private TimeBomb() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> {
            // @start region=bomb
            try {
                Nursery.run("room", nursery -> {
                    nursery.startSoon("bomb", () -> {
                        Checkpoints.sleep(ofSeconds(2));
                        throw new IllegalStateException("boom");
                    });
                    nursery.startSoon("sibling", () -> work("sibling", out));
                    work("block", out);
                });
            } catch (NurseryFailedException e) {
                out.say("outside: " + e.getMessage());
            }
            // @end
        });
    }

    // @start region=work
    private static void work(String who, Transcript out) {
        out.say(who + ": at work for a minute");
        try {
            Checkpoints.sleep(ofSeconds(60));
            out.say(who + ": done");
        } finally {
            out.say(who + ": leaving");
        }
    }
    // @end
}
