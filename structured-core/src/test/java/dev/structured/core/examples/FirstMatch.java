package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Cleanup;
import dev.structured.core.Scheduler;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.SendChannel;
import java.io.PrintStream;
import java.time.Duration;

/// A generator: somebody who makes items when they are asked for, and tidies up when nobody asks any more.
final class FirstMatch {
    private FirstMatch() {}

    static void main() {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) {
        Transcript out = new Transcript(scheduler, stream);
        scheduler.run("main", () -> out.say("found " + find(out)));
    }

    // @start region=find
    private static String find(Transcript out) {
        return Channels.producing((SendChannel<String> rows) -> readRows(rows, out), rows -> {
            for (String row : rows) {
                if (row.endsWith("3")) return row; // the producer is cancelled, and cleans up
                out.say("not " + row);
            }
            return "nothing";
        });
    }

    private static void readRows(SendChannel<String> rows, Transcript out) {
        try {
            for (int i = 1; i <= 1_000; i++) {
                Checkpoints.sleep(Duration.ofSeconds(1));
                rows.send("row " + i);
            }
        } finally {
            Cleanup.run(Duration.ofSeconds(5), () -> {
                Checkpoints.sleep(Duration.ofSeconds(1));
                out.say("the cursor is closed");
            });
        }
    }
    // @end
}
