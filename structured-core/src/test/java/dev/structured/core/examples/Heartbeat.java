package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.SystemTasks;
import java.io.PrintStream;

/// A heartbeat goes on as long as the run, whatever the run does. Nobody stops it.
final class Heartbeat {
    private Heartbeat() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        // @start region=run
        scheduler.run("main", () -> {
            SystemTasks.startSoon("heartbeat", () -> beat(out));
            Checkpoints.sleep(ofMillis(2500)); // what the program does
            out.say("main: done");
        });
        out.say("outside: the run has ended");
        // @end
    }

    // @start region=beat
    private static void beat(Transcript out) {
        try {
            while (true) {
                Checkpoints.sleep(ofSeconds(1));
                out.say("heartbeat: alive");
            }
        } finally {
            out.say("heartbeat: stopped");
        }
    }
    // @end
}
